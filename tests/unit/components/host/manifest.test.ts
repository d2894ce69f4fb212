import { readManifest } from "../../../../components/host/manifest";

describe("a manifest", () => {
  it.each([
    ["{}", true],
    ["\uFEFF# -*- coding: utf-8 -*-\n{\n  'name': 'A',  # {\n}\n", true],
    ["{'installable': True}", true],
    ['{"installable": False,}', false],
    ["{u'installable': 0}", false],
    ["{'description': '''It says 'installable': False.''', 'x': {'installable': False}}", true],
    ["{'depends': ['base', r'a\\b'], 'price': -1.5e3, 'n': ('a' \"b\")}", true],
  ])("%j is installable: %j", (text, installable) => {
    expect(readManifest(text)).toEqual({ installable });
  });

  it.each(["", "[]", "{", "{]", "{'a: 1}", "{} {}", "import os\n{}", "{'a': `1`}", '{"a": """}'])(
    "%j is none",
    (text) => {
      expect(readManifest(text)).toBeUndefined();
    },
  );
});
