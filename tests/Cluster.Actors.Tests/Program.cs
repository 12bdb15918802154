using Cluster.Actors.Tests.Persistence;

// What a test starts as a process of its own, to kill it.
return args is ["persist", var folder] ? await PersistingProcess.Run(folder) : 1;
