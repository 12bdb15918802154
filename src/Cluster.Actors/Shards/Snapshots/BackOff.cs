namespace Cluster.Actors.Shards;

/// <summary>
/// Waits between repetitions, doubling from 50 ms: to 1 s where only time can help, to 30 s where somebody has to change something (a refusal). Another cause begins
/// anew; <see cref="Cancel"/> on any sign that things have changed.
/// </summary>
public sealed class BackOff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestRefused = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;
    private string _cause = "";

    /// <summary>Of the newest wait; empty after <see cref="Cancel"/>.</summary>
    public string Cause => _cause;

    /// <summary>How long to wait now.</summary>
    public TimeSpan Next(string cause, bool refused)
    {
        if (cause != _cause) _next = First;
        _cause = cause;
        var wait = _next;
        var longest = refused ? LongestRefused : Longest;
        _next = _next * 2 < longest ? _next * 2 : longest;
        return wait < longest ? wait : longest;
    }

    public void Cancel()
    {
        _next = First;
        _cause = "";
    }
}
