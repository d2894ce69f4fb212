import type { invoices as english } from "../en/invoices.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of the page of invoices, in Arabic. */
export const invoices: ArabicTexts<typeof english> = {
  invoices: {
    title: "الفواتير",
    says: "يُفوتر كل شهر بعد نهايته، بتوقيت UTC: من سعر كل باقة بقدر ما كانت للمثيل من الشهر. والفترات التجريبية مجانية.",
    there: "فواتيرك",
    none: "لا توجد فواتير بعد.",
    kinds: { invoice: "فاتورة {{number}}", creditNote: "إشعار دائن {{number}}" },
    of: "{{month}}، صدرت في {{day}}.",
    due: "تُدفع حتى {{day}}.",
    suspends: "تأخّر دفعها. إن لم تُدفع حتى {{day}}، تُوقف المثيلات إلى أن تُدفع.",
    suspended: "تأخّر دفعها. ولأنها لم تُدفع، فالمثيلات موقوفة منذ {{day}} إلى أن تُدفع.",
    deferred: "مُدّدت مهلة الدفع حتى {{day}}.",
    credits: "يلغي الفاتورة {{number}}.",
    creditedBy: "ألغاها الإشعار الدائن {{number}}.",
    download: "تنزيل {{number}} (PDF)",
    billing: "بيانات الفوترة",
    billingSays: "تظهر في الفواتير القادمة؛ أما الموجودة فتبقى كما هي. وإلى أن تحددها، تكون باسم شركة أحدث طلب لك.",
    name: "الشركة أو الاسم",
    address: "العنوان",
    addressHint: "خمسة أسطر على الأكثر، دون البلد.",
    country: "البلد",
    countryHint: "حرفاه اللاتينيان: FR أو MA أو DE…",
    vatId: "رقم التعريف الضريبي",
    vatIdHint: "اتركه فارغًا إن لم يوجد.",
    set: "حفظ بيانات الفوترة",
    isSet: "تُصدر الفواتير بهذه البيانات من الآن.",
  },
};
