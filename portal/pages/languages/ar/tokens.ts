import type { tokens as english } from "../en/tokens.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of the page of tokens, in Arabic. */
export const tokens: ArabicTexts<typeof english> = {
  newSecret: {
    once: "انسخه الآن، واحفظه كما تحفظ كلمة مرور: لا يُعرض إلا هذه المرة.",
    hide: "نسختُه",
  },
  tokens: {
    title: "رموز الوصول",
    says: "برمز الوصول يعمل برنامج باسمك عبر API. ويحق له ما تسمح به فقط.",
    valid: "الرموز الصالحة",
    none: "ليس لديك أي رمز.",
    revoke: "إلغاء الرمز",
    madeBy: "أنشأه {{email}}",
    revokeSays: "تُرفض البرامج التي تستخدمه من الآن. ولا يمكن التراجع عن ذلك.",
    new: "إنشاء رمز",
    name: "الاسم",
    nameHint: "الغرض منه: به ستعرفه.",
    may: "يُسمح له بما يلي",
    make: "إنشاء",
    made: "أُنشئ الرمز {{name}}",
    lost: "أُنشئ في محاولة أولى فُقد ردّها، ولا يمكن عرضه مرة أخرى. ألغِه، وأنشئ رمزًا آخر.",
    scopes: {
      "tenants-read": "رؤية مثيلاتك",
      "tenants-write": "إيقاف مثيلاتك وتشغيلها وتحديد ساعاتها ونهايتها",
      "tenants-export": "تصدير مثيلاتك، وتنزيل ذلك",
      "tenants-password": "إنشاء روابط لتعيين كلمات مرور مسؤولي مثيلاتك",
      "tenants-restore": "استعادة مثيلاتك إلى لحظة، والتراجع عن ذلك",
      "tenants-copy": "إنشاء نسخ اختبار لمثيلاتك، وإزالتها",
      "tenants-delete": "حذف مثيلاتك، والتراجع عن ذلك",
      "orders-read": "رؤية طلباتك",
      "orders-write": "الطلب، وسحب الطلبات، وتغيير الباقات",
      "invoices-read": "قراءة الفواتير وبيانات الفوترة",
      "invoices-write": "تحديد بيانات الفوترة",
      "jobs-read": "رؤية ما يُجرى على مثيلاتك",
      "jobs-write": "إلغاء ما يُجرى",
      "team-read": "رؤية الفريق والمدعوين",
      "team-write": "تغيير الفريق",
      "audit-read": "قراءة من فعل ماذا",
      "tokens-read": "رؤية رموز وصولك",
      "tokens-write": "إنشاء رموز الوصول وإلغاؤها",
      "webhooks-read": "رؤية خطافات الويب وما أُبلغت به",
      "webhooks-write": "إنشاء خطافات الويب وتغييرها وإزالتها",
    },
  },
};
