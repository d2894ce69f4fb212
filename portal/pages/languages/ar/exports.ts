import type { exports as english } from "../en/exports.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of an instance's exports, in Arabic. */
export const exports: ArabicTexts<typeof english> = {
  exports: {
    title: "التصدير",
    says: "ملف zip بكل بياناته، قاعدة البيانات والملفات في لحظة واحدة، يمكن لأي Odoo استعادته. يُنشأ بجانب ما هو قيد الاستخدام. فيه كل ما في مثيلك، وكلمات مرور مستخدميه على هيئة تجزئات: احفظه في مكان آمن.",
    make: "إنشاء ملف تصدير",
    busy: "تُجرى عليه عملية الآن. انتظر حتى تنتهي.",
    states: {
      none: "لم يُنشأ أي ملف تصدير بعد.",
      asked: "طُلب في {{at}}؛ وجارٍ إنشاؤه.",
      ready: "ملف التصدير المطلوب في {{at}} جاهز.",
      failed: "تعذّر إنشاء ملف التصدير المطلوب في {{at}}؛ ولم يتغيّر شيء. حاول مرة أخرى، أو اسأل مزوّد الخدمة.",
      ended: "لم يعد ملف التصدير بتاريخ {{at}} موجودًا. أنشئ ملفًا آخر.",
    },
    download: "تنزيله ({{size}} MiB)",
    until: "يمكن تنزيله حتى {{at}}، أو حتى يصبح الملف التالي جاهزًا.",
    checksum: "SHA-256:",
  },
};
