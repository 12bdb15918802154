using Cluster.Storage.Log;

namespace Cluster.TestSupport.Storage;

/// <summary>Records the crash points that are reached and stops the simulated machine at the one chosen.</summary>
public sealed class SimulatedCrashPoints(SimulatedFileLayer files) : ICrashPoints
{
    public HashSet<string> Seen { get; } = [];

    /// <summary>The point to crash at, and how often it must be reached first.</summary>
    public string? CrashAt { get; set; }

    public int SkipCount { get; set; }

    public void Reached(string name)
    {
        Seen.Add(name);
        if (name == CrashAt && SkipCount-- <= 0)
        {
            files.Halt();
            throw new SimulatedCrashException(name);
        }
    }
}
