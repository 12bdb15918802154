using System.Buffers;
using Cluster.Node.Resp;
using Microsoft.AspNetCore.Http;

namespace Cluster.Node.Http;

/// <summary>What the node answers over HTTP. Read-only so far; GET and HEAD.</summary>
internal sealed class HttpEndpoints(RespServices resp, NodeHealth health, TopologyGatherer topology)
{
    private const string Json = "application/json; charset=utf-8";
    private const string Plain = "text/plain; charset=utf-8";

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var body = new ArrayBufferWriter<byte>(4096);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await Answer(context, StatusCodes.Status405MethodNotAllowed, Plain, body, "method not allowed\n").ConfigureAwait(false);
            return;
        }

        switch (path.Value)
        {
            case "/health/live":
                await Answer(context, StatusCodes.Status200OK, Plain, body, "live\n").ConfigureAwait(false);
                break;
            case "/health/ready" when health.NotReadyBecause is { } cause:
                await Answer(context, StatusCodes.Status503ServiceUnavailable, Plain, body, $"not ready: {cause}\n").ConfigureAwait(false);
                break;
            case "/health/ready":
                await Answer(context, StatusCodes.Status200OK, Plain, body, "ready\n").ConfigureAwait(false);
                break;
            case "/metrics":
                NodeMetrics.Write(new PrometheusWriter(body), resp, health.NotReadyBecause is null);
                await Answer(context, StatusCodes.Status200OK, PrometheusWriter.ContentType, body, null).ConfigureAwait(false);
                break;
            case "/replication" or "/api/replication":
                ReplicationJson.Write(resp, body);
                await Answer(context, StatusCodes.Status200OK, Json, body, null).ConfigureAwait(false);
                break;
            case "/api/topology":
                bool localOnly = context.Request.Query["view"] == "local";
                TopologyJson.Write(localOnly ? topology.Local : await topology.GatherAsync().ConfigureAwait(false), body);
                await Answer(context, StatusCodes.Status200OK, Json, body, null).ConfigureAwait(false);
                break;
            default:
                await Answer(context, StatusCodes.Status404NotFound, Plain, body, "not found\n").ConfigureAwait(false);
                break;
        }
    }

    private static Task Answer(HttpContext context, int status, string type, ArrayBufferWriter<byte> body, string? text)
    {
        if (text is not null) body.Write(System.Text.Encoding.UTF8.GetBytes(text));
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body.WrittenMemory).AsTask();
    }
}
