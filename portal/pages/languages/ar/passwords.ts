import type { passwords as english } from "../en/passwords.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of setting an instance's password, in Arabic. */
export const passwords: ArabicTexts<typeof english> = {
  passwords: {
    logInTitle: "تسجيل الدخول",
    logInSays:
      "تدخل إلى Odoo بوصفك مستخدمه الأول، أي المسؤول، عبر رابط يعمل مرة واحدة. ويطلب Odoo العامل الثاني إن كان لديك واحد هناك.",
    logIn: "تسجيل الدخول إلى Odoo",
    logInNotRunning: "لتسجيل الدخول، شغّله أولًا.",
    title: "كلمة مرور Odoo الخاص بك",
    says: "أول مستخدم في Odoo الخاص بك هو المسؤول، ولا يعيّن كلمة مروره أحد غيرك: تختارها في صفحة من Odoo الخاص بك، برابط يعمل مرة واحدة. ومن كان يعمل بحسابه يُسجَّل خروجه.",
    set: "تعيين كلمة مروري",
    making: "لحظة واحدة: ثم تُنقل إلى هناك.",
    failed: "لم ينجح ذلك، ولم يتغيّر شيء. حاول مرة أخرى؛ فإن لم ينفع ذلك، فأوقف مثيلك ثم شغّله، أو اسأل مزوّد الخدمة.",
    lost: "أُنشئ رابط، وفُقد في طريقه إلى هنا. أنشئ رابطًا آخر.",
    notRunning: "لتعيينها، شغّل المثيل أولًا.",
  },
};
