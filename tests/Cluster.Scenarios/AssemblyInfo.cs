using Xunit;

// Each scenario has several processes of its own: two at once would starve each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
