using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cluster.Bench.Storage.Rivals;

/// <summary>A redis-server that syncs its AOF before it answers, and one connection with a pipeline. Started for each measurement.</summary>
internal sealed class RedisRival : IDisposable
{
    private readonly string _folder;
    private Process? _process;
    private Socket? _populated;

    public RedisRival(string folder)
    {
        _folder = folder;
        try
        {
            using var version = Process.Start(new ProcessStartInfo("redis-server", "--version") { RedirectStandardOutput = true })!;
            Description = $"appendfsync always, {version.StandardOutput.ReadToEnd().Split(' ').FirstOrDefault(static word => word.StartsWith("v=", StringComparison.Ordinal))}";
            IsThere = true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Description = "not measured, redis-server is not installed";
        }
    }

    public bool IsThere { get; }

    public string Description { get; }

    /// <summary>SETs per second with so many in one pipeline; null without Redis.</summary>
    public double? SetsPerSecond(int bytes, int pipeline, TimeSpan time)
    {
        if (!IsThere)
            return null;
        using var connection = Start();
        var request = new MemoryStream();
        for (var i = 0; i < pipeline; i++)
        {
            request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*3\r\n$3\r\nSET\r\n$8\r\nkey{i:D5}\r\n${bytes}\r\n")));
            request.Write(new byte[bytes]);
            request.Write("\r\n"u8);
        }

        return Repeat(connection, request.GetBuffer().AsMemory(0, (int)request.Length), pipeline, pipeline * 5L, time); // "+OK\r\n"
    }

    /// <summary>GETs per second of values of so many bytes among so many keys, 256 in a pipeline. The server stays for the next run.</summary>
    public double? GetsPerSecond(int keys, int bytes, TimeSpan time)
    {
        if (!IsThere)
            return null;
        const int Pipeline = 256;
        if (_populated is null)
        {
            _populated = Start();
            _populated.Send(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DEBUG POPULATE {keys} key {bytes}\r\n")));
            Expect(_populated, 5);
        }

        var connection = _populated;
        var random = new Random(3);
        var requests = new byte[64][];
        for (var r = 0; r < requests.Length; r++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < Pipeline; i++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"key:{random.Next(keys)}");
                text.Append(CultureInfo.InvariantCulture, $"*2\r\n$3\r\nGET\r\n${key.Length}\r\n{key}\r\n");
            }

            requests[r] = Encoding.ASCII.GetBytes(text.ToString());
        }

        var answer = Pipeline * (1 + bytes.ToString(CultureInfo.InvariantCulture).Length + 2 + bytes + 2L);
        long count = 0;
        var watch = Stopwatch.StartNew();
        for (var r = 0; watch.Elapsed < time; r++, count += Pipeline)
        {
            SendAll(connection, requests[r % requests.Length]);
            Expect(connection, answer);
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    public void Dispose() => Stop();

    private static double Repeat(Socket connection, ReadOnlyMemory<byte> request, int operations, long answerBytes, TimeSpan time)
    {
        long count = 0;
        var watch = Stopwatch.StartNew();
        for (; watch.Elapsed < time; count += operations)
        {
            SendAll(connection, request.Span);
            Expect(connection, answerBytes);
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    private static void SendAll(Socket connection, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[connection.Send(bytes)..];
    }

    private static void Expect(Socket connection, long bytes)
    {
        Span<byte> buffer = stackalloc byte[64 << 10];
        while (bytes > 0)
        {
            var count = connection.Receive(buffer[..(int)Math.Min(buffer.Length, bytes)]);
            if (count == 0)
                throw new IOException("Redis closed the connection");
            if (buffer[0] == (byte)'-')
                throw new IOException($"Redis: {Encoding.ASCII.GetString(buffer[..Math.Min(count, 200)])}");
            bytes -= count;
        }
    }

    /// <summary>A fresh server with an empty folder, and a connection to it. The connection's end is the server's.</summary>
    private Socket Start()
    {
        Stop();
        var folder = Path.Combine(_folder, "redis");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var start = new ProcessStartInfo("redis-server") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--auto-aof-rewrite-percentage", "0", "--enable-debug-command", "local"])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 120_000, SendTimeout = 60_000 };
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return socket;
            }
            catch (SocketException) when (watch.Elapsed < TimeSpan.FromSeconds(20) && !_process.HasExited)
            {
                socket.Dispose();
                Thread.Sleep(20);
            }
        }
    }

    public void Stop()
    {
        _populated?.Dispose();
        _populated = null;
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit(10_000);
        _process.Dispose();
        _process = null;
        var folder = Path.Combine(_folder, "redis");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
