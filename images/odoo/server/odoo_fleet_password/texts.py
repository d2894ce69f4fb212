"""What the page says, by language. Nothing in here is anybody's input."""

TEXTS = {
    "en": {
        "title": "Choose your password",
        "script": "This page needs JavaScript.",
        "wait": "One moment…",
        "gone": "This link doesn't work any more: it was used, it is too old, or a newer one took its place. Make another"
                " one on the page of your instance.",
        "fault": "Your Odoo couldn't be asked. Load this page again.",
        "login": "Your login is",
        "password": "New password",
        "hint": "characters or more. A few words are a good one.",
        "show": "Show it",
        "submit": "Set the password",
        "short": "It is too short.",
    },
    "fr": {
        "title": "Choisissez votre mot de passe",
        "script": "Cette page a besoin de JavaScript.",
        "wait": "Un instant…",
        "gone": "Ce lien ne fonctionne plus : il a été utilisé, il est trop ancien, ou un plus récent l'a remplacé. Créez-en"
                " un autre sur la page de votre instance.",
        "fault": "Votre Odoo n'a pas pu être interrogé. Rechargez cette page.",
        "login": "Votre identifiant est",
        "password": "Nouveau mot de passe",
        "hint": "caractères ou plus. Quelques mots en font un bon.",
        "show": "L'afficher",
        "submit": "Définir le mot de passe",
        "short": "Il est trop court.",
    },
}

# The page by which he signs in.
LOGIN_TEXTS = {
    language: {**{key: texts[key] for key in ("script", "wait", "gone", "fault")}, "title": title}
    for (language, texts), title in zip(TEXTS.items(), ("Signing in", "Connexion"), strict=True)
}
