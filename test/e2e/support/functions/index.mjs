/** A function that exists already: it knows nothing of Forerun. */
export const handler = async (event, context) => {
  if (event.fail) {
    const error = new Error("no such key");
    error.name = "KeyError";
    throw error;
  }
  return { doubled: event.value * 2, asked: context.clientContext?.custom };
};
