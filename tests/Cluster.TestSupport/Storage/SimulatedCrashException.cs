namespace Cluster.TestSupport.Storage;

/// <summary>The simulated process is dead: whatever it calls after the crash throws this.</summary>
public sealed class SimulatedCrashException(string where) : Exception($"simulated crash at {where}");
