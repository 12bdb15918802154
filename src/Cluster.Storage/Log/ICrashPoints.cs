namespace Cluster.Storage.Log;

/// <summary>Named places between two durable steps at which a test ends the process, or pretends to.</summary>
public interface ICrashPoints
{
    public static readonly ICrashPoints None = new NoCrashPoints();

    void Reached(string name);

    private sealed class NoCrashPoints : ICrashPoints
    {
        public void Reached(string name)
        {
        }
    }
}

/// <summary>Ends the process at once at the point named by CLUSTER_CRASH_POINT, as if it had been killed.</summary>
public sealed class EnvironmentCrashPoints : ICrashPoints
{
    public const string Variable = "CLUSTER_CRASH_POINT";

    private readonly string point;

    private EnvironmentCrashPoints(string point) => this.point = point;

    public static ICrashPoints FromEnvironment()
    {
        var point = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(point) ? ICrashPoints.None : new EnvironmentCrashPoints(point);
    }

    public void Reached(string name)
    {
        if (name == point)
            System.Diagnostics.Process.GetCurrentProcess().Kill();
    }
}
