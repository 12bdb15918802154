using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DebianPackages;

/// <summary>
/// Loads all packages over a few connections, each with a window of commands under way. A definite refusal and an unknown outcome are both sent again
/// (a SET of the same value may be repeated); a broken or silent connection moves on to the next node. Every
/// acknowledged key is recorded before anything else happens to it.
/// </summary>
public sealed class Loader(IReadOnlyList<IPEndPoint> nodes, AckLog acks, LoadSettings settings)
{
    private readonly ConcurrentQueue<(Package Package, long FirstSent)> _work = new();

    // What was refused or lost goes before what was never sent.
    private readonly ConcurrentQueue<(Package Package, long FirstSent)> _again = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _lastAck;
    private long _longestGap;
    private long _longestRecord;
    private int _left;
    private int _sent;
    private int _retries;
    private int _unknown;
    private int _reconnects;

    public int Acknowledged => acks.Count;

    public async Task<LoadReport> Run(IReadOnlyList<Package> packages, Action<int> progress, CancellationToken cancel)
    {
        foreach (var package in packages) _work.Enqueue((package, 0));
        _left = packages.Count;
        _clock.Restart();
        _lastAck = 0;
        var workers = new Task[settings.Connections];
        for (int i = 0; i < workers.Length; i++)
        {
            int first = i % nodes.Count;
            workers[i] = Task.Run(() => Work(first, progress, cancel), cancel);
        }

        await Task.WhenAll(workers);
        return new LoadReport(
            acks.Count, _clock.Elapsed, TimeSpan.FromTicks(_longestGap), TimeSpan.FromTicks(_longestRecord), _retries, _unknown, _reconnects);
    }

    private async Task Work(int node, Action<int> progress, CancellationToken cancel)
    {
        var window = new List<(Package Package, long FirstSent)>(settings.Pipeline);
        while (Volatile.Read(ref _left) > 0)
        {
            RespClient? client = null;
            try
            {
                client = await RespClient.Connect(nodes[node % nodes.Count], settings.Timeout);
                while (await Fill(window, cancel)) await Round(client, window, progress, cancel);
            }
            catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                // What was under way is in the window still: unknown, so it goes again.
                foreach (var item in window) _again.Enqueue(item);
                window.Clear();
                node++;
                Interlocked.Increment(ref _reconnects);
                await Task.Delay(50, cancel);
            }
            finally
            {
                client?.Dispose();
            }
        }
    }

    /// <summary>False when everything is acknowledged. Waits while the rest is under way on other connections, and for the rate.</summary>
    private async Task<bool> Fill(List<(Package Package, long FirstSent)> window, CancellationToken cancel)
    {
        while (Volatile.Read(ref _left) > 0)
        {
            if (settings.RatePerSecond > 0 && Volatile.Read(ref _sent) > _clock.Elapsed.TotalSeconds * settings.RatePerSecond)
            {
                await Task.Delay(5, cancel);
                continue;
            }

            while (window.Count < settings.Pipeline && (_again.TryDequeue(out var item) || _work.TryDequeue(out item))) window.Add(item);
            if (window.Count > 0) return true;
            await Task.Delay(5, cancel);
        }

        return false;
    }

    private async Task Round(RespClient client, List<(Package Package, long FirstSent)> window, Action<int> progress, CancellationToken cancel)
    {
        long now = _clock.ElapsedTicks;
        for (int i = 0; i < window.Count; i++)
        {
            client.Add("SET"u8, window[i].Package.Key, window[i].Package.Value);
            if (window[i].FirstSent != 0) continue;
            window[i] = (window[i].Package, now);
            Interlocked.Increment(ref _sent);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(settings.Timeout);
        await client.Send(limit.Token);
        int refused = 0;
        while (window.Count > 0)
        {
            var reply = await client.Receive(limit.Token);
            var item = window[0];
            window.RemoveAt(0);
            if (reply.IsOk)
            {
                acks.Add(item.Package.Key);
                Noted(item.FirstSent);
                Interlocked.Decrement(ref _left);
                progress(1);
                continue;
            }

            if (reply.Kind != ReplyKind.Error) throw new IOException($"unexpected reply to SET: {reply.Kind} {reply.Text}");
            if (reply.Text.StartsWith("UNKNOWN", StringComparison.Ordinal)) Interlocked.Increment(ref _unknown);
            else if (!IsDefinite(reply.Text)) throw new InvalidOperationException($"the node refuses the record for good: {reply.Text}");
            Interlocked.Increment(ref _retries);
            refused++;
            _again.Enqueue(item);
        }

        if (refused > 0) await Task.Delay(20, cancel);
    }

    private void Noted(long firstSent)
    {
        long now = _clock.ElapsedTicks;
        Raise(ref _longestGap, now - Interlocked.Exchange(ref _lastAck, now));
        Raise(ref _longestRecord, now - firstSent);
    }

    private static void Raise(ref long to, long stopwatchTicks)
    {
        long ticks = (long)(stopwatchTicks * (double)TimeSpan.TicksPerSecond / Stopwatch.Frequency);
        for (long seen = Volatile.Read(ref to); ticks > seen;)
        {
            long before = Interlocked.CompareExchange(ref to, ticks, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    private static bool IsDefinite(string error) =>
        error.Split(' ')[0] is "MOVED" or "CLUSTERDOWN" or "TRYAGAIN" or "READONLY" or "LOADING" or "NOREPLICAS" or "MISCONF";
}

public sealed record LoadSettings(int Connections, int Pipeline, int RatePerSecond, TimeSpan Timeout);

/// <param name="LongestGap">Longest time without any acknowledgement.</param>
/// <param name="LongestRecord">Longest time from the first sending of one record to its acknowledgement.</param>
public sealed record LoadReport(int Acknowledged, TimeSpan Elapsed, TimeSpan LongestGap, TimeSpan LongestRecord, int Retries, int Unknown, int Reconnects)
{
    public override string ToString() =>
        $"{Acknowledged} acknowledged in {Elapsed.TotalSeconds:F1} s ({Acknowledged / Elapsed.TotalSeconds:F0}/s), longest pause {LongestGap.TotalMilliseconds:F0} ms, "
        + $"slowest record {LongestRecord.TotalMilliseconds:F0} ms, {Retries} sent again ({Unknown} unknown), {Reconnects} reconnects";
}
