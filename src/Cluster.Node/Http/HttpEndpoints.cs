using System.Buffers;
using Cluster.Node.Resp;
using Microsoft.AspNetCore.Http;

namespace Cluster.Node.Http;

/// <summary>What the node answers over HTTP. Read-only so far; GET and HEAD.</summary>
internal sealed class HttpEndpoints(RespServices resp, NodeHealth health)
{
    private const string Json = "application/json; charset=utf-8";
    private const string Plain = "text/plain; charset=utf-8";

    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var body = new ArrayBufferWriter<byte>(4096);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Answer(context, StatusCodes.Status405MethodNotAllowed, Plain, body, "method not allowed\n");
        }

        switch (path.Value)
        {
            case "/health/live":
                return Answer(context, StatusCodes.Status200OK, Plain, body, "live\n");
            case "/health/ready":
                string? cause = health.NotReadyBecause;
                return cause is null
                    ? Answer(context, StatusCodes.Status200OK, Plain, body, "ready\n")
                    : Answer(context, StatusCodes.Status503ServiceUnavailable, Plain, body, $"not ready: {cause}\n");
            case "/metrics":
                NodeMetrics.Write(new PrometheusWriter(body), resp, health.NotReadyBecause is null);
                return Answer(context, StatusCodes.Status200OK, PrometheusWriter.ContentType, body, null);
            case "/api/topology":
                TopologyJson.Write(resp.Topology.Current, body);
                return Answer(context, StatusCodes.Status200OK, Json, body, null);
            default:
                return Answer(context, StatusCodes.Status404NotFound, Plain, body, "not found\n");
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
