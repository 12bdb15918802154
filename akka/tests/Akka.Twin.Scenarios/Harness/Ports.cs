using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>Free ports below the range that the system hands out by itself, so that a node that is restarted finds its port free again.</summary>
internal static class Ports
{
    private const int First = 12_000;
    private const int End = 19_000;

    private static readonly object Guard = new();
    private static int _next = First + Random.Shared.Next(End - First);

    public static int Take()
    {
        lock (Guard)
        {
            while (true)
            {
                if (++_next >= End) _next = First;
                if (IsFree(_next)) return _next;
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
