/** What a setting's value must be; completes the sentence "must be …". */
export const settingReasons = [
  'true or false',
  'a number from {0} to {1}',
  'a whole number from {0} to {1}',
  'a text',
  'one of {0}',
  'a list of {0}',
  'a list of texts',
  'a list of whole numbers from {0} to {1}',
  'an object of objects: values of settings by profile name',
] as const;
