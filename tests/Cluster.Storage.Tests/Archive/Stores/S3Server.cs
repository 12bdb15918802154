using System.Diagnostics;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Stores;

/// <summary>Skipped, with the reason, where s3rver is not installed; CLUSTER_TESTS_MUST_NOT_SKIP=1 runs it there as well, so that it fails.</summary>
internal sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_TESTS_MUST_NOT_SKIP") != "1" && !Tool.IsInstalled("s3rver"))
            Skip = "s3rver is not installed (npm install s3rver, and its node_modules/.bin on the path)";
    }
}

/// <summary>One server for the tests of a class, started by the first that wants it.</summary>
public sealed class S3Servers : IDisposable
{
    private readonly Lazy<S3Server> _server = new(static () => new S3Server());

    public void Dispose()
    {
        if (_server.IsValueCreated)
            _server.Value.Dispose();
    }

    internal S3Server Get() => _server.Value;
}

/// <summary>A real S3 server in a process of its own, with an empty bucket, on a free port. It keeps no conditions on puts.</summary>
internal sealed class S3Server : IDisposable
{
    public const string Bucket = "archive-test";
    public const string Key = "S3RVER";

    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-s3-").FullName;
    private readonly Process _process;

    public S3Server()
    {
        var settings = new ProcessStartInfo("s3rver", ["-d", _folder, "-a", "127.0.0.1", "-p", "0", "--no-vhost-buckets", "--configure-bucket", Bucket]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = new Process { StartInfo = settings };
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) =>
        {
            var text = line.Data ?? "";
            if (text.Contains("listening", StringComparison.OrdinalIgnoreCase) && int.TryParse(text[(text.LastIndexOf(':') + 1)..], out var port))
                listening.TrySetResult(port);
        };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("s3rver ended"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (!listening.Task.Wait(TimeSpan.FromSeconds(60)))
            throw new TimeoutException("s3rver does not listen");
        Endpoint = new Uri($"http://127.0.0.1:{listening.Task.Result}");
    }

    public Uri Endpoint { get; }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
