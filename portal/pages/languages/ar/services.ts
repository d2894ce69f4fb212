import type { services as english } from "../en/services.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of signing in by other services, in Arabic. */
export const services: ArabicTexts<typeof english> = {
  services: {
    signIn: "تسجيل الدخول عبر {{title}}",
    there: "حسابات تسجّل الدخول بها",
    used: "استُخدم في {{at}}",
    remove: "إزالة هذا الحساب",
    removeSays:
      "لن يسجّل أحد الدخول بهذا الحساب بعد الآن، إلى أن يُستخدم مرة أخرى لتسجيل الدخول ببريد إلكتروني ثبتت ملكيته.",
    faults: {
      away: "خدمة تسجيل الدخول لا تستجيب. حاول لاحقًا، أو سجّل الدخول بطريقة أخرى.",
      failed: "لم يُسجَّل دخول أحد: رفضت الخدمة ذلك، أو استغرق وقتًا طويلًا. حاول مرة أخرى.",
      unverified: "لا تضمن تلك الخدمة بريدك الإلكتروني. أثبت ملكيته هناك، أو سجّل الدخول بطريقة أخرى.",
      other:
        "حساب آخر في تلك الخدمة يسجّل الدخول بهذا البريد الإلكتروني بالفعل. سجّل الدخول بذلك الحساب، أو بطريقة أخرى.",
    },
  },
};
