import type { stateReasons as english } from "../en/stateReasons.ts";
import type { ArabicTexts } from "../texts.ts";

/** Why something can't be done to an instance as things are, in Arabic. */
export const stateReasons: ArabicTexts<typeof english> = {
  stateReasons: {
    neverReady: "لم يكن جاهزًا قط.",
    notRunning: "إنه متوقف. شغّله أولًا.",
    deleting: "سيُحذف. تراجع عن حذفه أولًا.",
    busy: "تُجرى عليه عملية الآن. انتظر حتى تنتهي.",
    restoring: "بدأت استعادته، وهي تستمر تلقائيًا. انتظر حتى تنتهي.",
    trial: "إنه في فترة تجريبية. لا يُنسخ إلا مثيل مدفوع.",
    noBackup: "ليست له نسخة احتياطية بعد، والنسخة تُنشأ منها. حاول بعد بضع دقائق.",
    noPlace: "لا يوجد مكان لنسخة حيث يعمل المثيل. اسأل مزوّد الخدمة.",
    hasCopy: "لديه نسخة اختبار بالفعل.",
    noCopy: "ليست له نسخة اختبار.",
    copyGoes: "جارٍ إزالة نسخة اختباره.",
    hasDomain: "لديه هذا النطاق بالفعل.",
    manyDomains: "لديه أقصى عدد من النطاقات. أزل أحدها أولًا.",
    hasPlan: "إنه على هذه الباقة، أو في طريقه إليها.",
    noRoom: "لا متسع لهذه الباقة حيث يعمل. اسأل مزوّد الخدمة.",
    nothingToUndo: "لم يعد هناك ما يمكن التراجع عنه.",
    isOver: "لقد انتهى، أو هو في طريقه إلى النهاية.",
    operator: "علّقه مزوّد الخدمة. اسأله.",
    unpaid: "هناك فاتورة غير مدفوعة. يعمل من جديد خلال دقيقة من دفعها.",
    expired: "انتهى وقته. حدّد أولًا نهاية لاحقة، أو لا نهاية.",
    trialEnded: "انتهت فترته التجريبية. اطلب وقتًا إضافيًا من مزوّد الخدمة.",
  },
};
