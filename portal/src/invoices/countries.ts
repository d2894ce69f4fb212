/** A country by ISO 3166-1: what the Union writes before VAT ids (`EL`), and what people say (`UK`), aren't among them. */
export const countryPattern = /^(?!EL$|UK$)[A-Z]{2}$/;

/** What is expected where one isn't. */
export const countryExpected = "expected an ISO 3166-1 code like FR; Greece is GR, the United Kingdom GB";
