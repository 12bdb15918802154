using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Cluster.Storage.Tests.Archive.Stores;

/// <summary>What the proxy does to a request instead of passing it on.</summary>
internal enum S3Fault
{
    None,

    /// <summary>Answers 500; nothing was done.</summary>
    Error,

    /// <summary>Passes it on, and closes the connection instead of answering.</summary>
    LostAnswer,

    /// <summary>Sends half of the body, then closes the connection.</summary>
    Truncated,

    /// <summary>Tells another checksum of what arrived.</summary>
    WrongTag,
}

/// <summary>
/// Stands before a real server: breaks what a test says, and holds the conditions of puts, as servers do that know them. Bodies and
/// signatures pass unchanged.
/// </summary>
internal sealed class S3Proxy : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client;
    private readonly Uri _target;
    private readonly bool _conditions;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new();
    private readonly ConcurrentDictionary<string, string> _tags = new();
    private readonly Task _accepting;

    public S3Proxy(Uri target, bool conditions)
    {
        _target = target;
        _conditions = conditions;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add(Endpoint + "");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>Method and path.</summary>
    public Func<string, string, S3Fault> Fault { get; set; } = static (_, _) => S3Fault.None;

    public void Dispose()
    {
        _listener.Stop();
        _accepting.Wait(TimeSpan.FromSeconds(10));
        _listener.Close();
        _client.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(context));
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            var request = context.Request;
            var body = new MemoryStream();
            await request.InputStream.CopyToAsync(body);
            var fault = Fault(request.HttpMethod, request.RawUrl!);
            if (fault == S3Fault.Error)
            {
                Answer(context, 500, "InternalError");
                return;
            }

            var gate = _locks.GetOrAdd(request.Url!.AbsolutePath, static _ => new SemaphoreSlim(1));
            await gate.WaitAsync();
            try
            {
                if (_conditions && request.HttpMethod is "PUT" or "POST" && !Holds(request))
                {
                    Answer(context, 412, "PreconditionFailed");
                    return;
                }

                using var response = await _client.SendAsync(Forward(request, body), HttpCompletionOption.ResponseContentRead);
                Note(request, response);
                await BackAsync(context, response, fault);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (Exception error) when (error is HttpListenerException or IOException or HttpRequestException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }

    private HttpRequestMessage Forward(HttpListenerRequest request, MemoryStream body)
    {
        var forward = new HttpRequestMessage(new HttpMethod(request.HttpMethod), new Uri(_target, request.RawUrl));
        if (request.HasEntityBody || request.HttpMethod is "PUT" or "POST")
            forward.Content = new ByteArrayContent(body.ToArray());
        foreach (string name in request.Headers)
        {
            var value = request.Headers[name];
            if (name is "Content-Length" or "Transfer-Encoding" or "Connection" or "Expect" || (_conditions && name is "If-Match" or "If-None-Match"))
                continue;
            if (!forward.Headers.TryAddWithoutValidation(name, value))
                forward.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        forward.Headers.Host = request.Headers["Host"];
        return forward;
    }

    /// <summary>The proxy has seen every object that exists: all requests pass through it, one per path at a time.</summary>
    private bool Holds(HttpListenerRequest request)
    {
        var tag = _tags.GetValueOrDefault(request.Url!.AbsolutePath);
        return request.Headers["If-None-Match"] is null
            ? request.Headers["If-Match"] is not { } match || tag == match
            : tag is null;
    }

    private void Note(HttpListenerRequest request, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode || request.Url!.Query.Contains("partNumber", StringComparison.Ordinal) || request.Url.Query.Contains("uploads", StringComparison.Ordinal))
            return;
        if (request.HttpMethod == "DELETE")
            _tags.TryRemove(request.Url.AbsolutePath, out _);
        else if (request.HttpMethod == "PUT")
            _tags[request.Url.AbsolutePath] = response.Headers.ETag!.ToString();
        else if (request.HttpMethod == "POST")
            _tags[request.Url.AbsolutePath] = "parts";
    }

    private static async Task BackAsync(HttpListenerContext context, HttpResponseMessage response, S3Fault fault)
    {
        var content = await response.Content.ReadAsByteArrayAsync();
        if (fault == S3Fault.LostAnswer)
        {
            context.Response.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Keep-Alive"))
                context.Response.Headers[name] = fault == S3Fault.WrongTag && name == "ETag" ? "\"00000000000000000000000000000000\"" : string.Join(", ", values);
        }

        if (context.Request.HttpMethod == "HEAD")
        {
            context.Response.Headers["Content-Length"] = (response.Content.Headers.ContentLength ?? 0).ToString(CultureInfo.InvariantCulture);
            context.Response.Close();
            return;
        }

        context.Response.ContentLength64 = content.Length;
        if (fault == S3Fault.Truncated && content.Length > 1)
        {
            await context.Response.OutputStream.WriteAsync(content.AsMemory(0, content.Length / 2));
            await context.Response.OutputStream.FlushAsync();
            context.Response.Abort();
            return;
        }

        await context.Response.OutputStream.WriteAsync(content);
        context.Response.Close();
    }

    private static void Answer(HttpListenerContext context, int status, string code)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength64 = body.Length;
        context.Response.OutputStream.Write(body);
        context.Response.Close();
    }
}
