using System.Net;
using System.Net.Sockets;

namespace Cluster.Scenarios.Harness;

/// <summary>
/// Free ports below the range that the system hands out by itself: a node that is restarted finds its port free again. Each is
/// given out once per run.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int End = 32_000;

    private static readonly Lock Guard = new();
    private static int _next = First + Random.Shared.Next(End - First);

    public static int Take() => TakeRange(1);

    /// <summary>The first of several neighbouring ports.</summary>
    public static int TakeRange(int count)
    {
        lock (Guard)
        {
            while (true)
            {
                if (_next + count > End) _next = First;
                int first = _next;
                _next += count;
                if (Enumerable.Range(first, count).All(IsFree)) return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
