/** Text of what an instance uses, in English. */
export const usage = {
  usage: {
    title: "Usage",
    month: "Month",
    monthHint: "Months begin and end by the clock of UTC.",
    none: "It wasn't there in this month.",
    plan: "On plan {{plan}} for {{hours}} h, of which it was awake for {{awake}} h.",
    saved: "Its hours let it sleep for {{hours}} h.",
    planMemory: "It gives {{memory}} MiB of memory.",
    savedMemory: "That is {{memory}} GiB h of memory.",
    savedMoney: "It saved {{price}}.",
    database: "Database: {{size}} MiB, {{highest}} MiB at its highest.",
    files: "Files: {{size}} MiB, {{highest}} MiB at their highest.",
    memory: "Memory: {{size}} MiB, {{highest}} MiB at the highest of the looks of each hour.",
    readAt: "Sizes are those of {{at}}; backups aren't in them.",
    unread: "How much it has stored isn't known yet.",
  },
};
