using Xunit;

// Each scenario waits most of the time; three processes each.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
