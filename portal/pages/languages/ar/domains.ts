import type { domains as english } from "../en/domains.ts";
import type { ArabicTexts } from "../texts.ts";

/** Text of an instance's domains, in Arabic. */
export const domains: ArabicTexts<typeof english> = {
  domains: {
    title: "نطاقاتك الخاصة",
    says: "يمكن الوصول إلى هذا المثيل بأسماء تملكها، مثل erp.example.com. ويصبح أولها عنوانه في الرسائل والروابط؛ ويُعاد تشغيل Odoo لأجل ذلك.",
    none: "لا يوجد أي نطاق.",
    field: "النطاق",
    add: "إضافة النطاق",
    invalid: "اكتب اسمًا مثل erp.example.com، دون https:// ودون مسار.",
    reserved: "هذا الاسم لمزوّد الخدمة. استخدم اسمًا من نطاق تملكه.",
    full: "لديه {{most}} من النطاقات، وهو أقصى عدد. أزل أحدها لإضافة غيره.",
    served: "الموقع متاح بهذا الاسم.",
    coming: "ثبتت ملكيته، وسيكون متاحًا بعد لحظات.",
    notServed: "ليس متاحًا بهذا الاسم بعد.",
    states: {
      unchecked: "لم يُتحقق من سجلاته بعد. يجري التحقق كل عشر دقائق.",
      unproven: "سجل TXT غير موجود، أو فيه قيمة أخرى.",
      elsewhere: "النطاق لك، لكنه يقود إلى مكان آخر: {{addresses}}.",
      unanswered: "خادم DNS الخاص به لا يستجيب. حاول بعد قليل.",
      taken: "ثبتت ملكيته، لكنه مضاف إلى مثيل آخر. أزله من هناك أولًا.",
      proven: "ثبتت ملكيته.",
    },
    checkedAt: "آخر تحقق في {{at}}.",
    publish: "انشر هذه السجلات حيث يُدار النطاق:",
    records: "سجلات {{domain}}",
    type: "النوع",
    name: "الاسم",
    value: "القيمة",
    apex: "النطاق الذي لا يقبل سجل CNAME، مثل example.com نفسه، تُضاف له سجلات A وAAAA بعناوين ذلك الاسم.",
    check: "التحقق الآن",
    remove: "إزالة",
    removeSays: "لن يقود {{domain}} إلى هذا المثيل، وذلك فورًا. ويمكنك إضافته مرة أخرى.",
    removeFirstSays: "إنه الأول، فيصبح عنوان هذا المثيل في الرسائل والروابط {{next}}، ويُعاد تشغيل Odoo لأجل ذلك.",
  },
};
