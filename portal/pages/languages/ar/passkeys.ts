import type { passkeys as english } from "../en/passkeys.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of the page of passkeys, in Arabic. */
export const passkeys: ArabicTexts<typeof english> = {
  passkeys: {
    title: "مفاتيح المرور",
    says: "يتيح لك مفتاح المرور تسجيل الدخول دون كلمة مرور: ببصمة الإصبع أو الوجه أو رقم PIN على جهازك، أو بمفتاح أمان. ولا يغادر الجهاز أبدًا، ولا ما يحفظ مفاتيح مرورك.",
    there: "مفاتيح مرورك",
    none: "ليس لديك أي مفتاح.",
    used: "آخر استخدام في {{at}}.",
    unused: "لم يُستخدم بعد.",
    remove: "إزالة",
    removeSays: "لن يسجّل أحد الدخول به بعد الآن. ويبقى على جهازك حتى تزيله من هناك.",
    new: "إضافة مفتاح مرور",
    name: "الاسم",
    nameHint: "الجهاز الذي هو عليه: به ستعرفه.",
    add: "إضافة",
    unknown: "هذا المتصفح لا يدعم مفاتيح المرور.",
    signIn: "تسجيل الدخول بمفتاح مرور",
  },
};
