import type { usage as english } from "../en/usage.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of what an instance uses, in Arabic. */
export const usage: ArabicTexts<typeof english> = {
  usage: {
    title: "الاستخدام",
    month: "الشهر",
    monthHint: "تبدأ الأشهر وتنتهي بتوقيت UTC.",
    none: "لم يكن موجودًا في هذا الشهر.",
    plan: "على الباقة {{plan}} لمدة {{hours}} س، كان يعمل منها {{awake}} س.",
    saved: "أتاحت ساعات تشغيله إيقافه لمدة {{hours}} س.",
    planMemory: "وتمنحه {{memory}} MiB من الذاكرة.",
    savedMemory: "أي {{memory}} GiB س من الذاكرة.",
    savedMoney: "وقد وفّر ذلك {{price}}.",
    database: "قاعدة البيانات: {{size}} MiB، وأقصاها {{highest}} MiB.",
    files: "الملفات: {{size}} MiB، وأقصاها {{highest}} MiB.",
    memory: "الذاكرة: {{size}} MiB، وأعلاها {{highest}} MiB في القراءات الساعية.",
    readAt: "الأحجام كما كانت في {{at}}؛ ولا تشمل النسخ الاحتياطية.",
    unread: "لا يُعرف بعد حجم ما خزّنه.",
  },
};
