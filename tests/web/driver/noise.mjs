// What the engine of a page reports although nothing is wrong, in games without the addon as well: a build without threads at its end, and
// any build at its start, in exports in which the names of files happen to be the wrong ones.
const noise = /^ERROR: (?=Pages in use exist at exit in PagedAllocator: N16WorkerThreadPool5GroupE|Condition "slot >= slot_max" is true\.)/;

// Returns a line of the console, which is no error any more if it is such noise.
export const withoutNoise = (text) => text.replace(noise, 'engine: ');
