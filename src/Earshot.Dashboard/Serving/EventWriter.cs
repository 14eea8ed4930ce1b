using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Earshot.Dashboard.Serving;

/// <summary>Writes server-sent events to one viewer, and ends one that does not read.</summary>
internal sealed class EventWriter(HttpContext context, TimeProvider time, CancellationToken cancellationToken)
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_slowest = TimeSpan.FromSeconds(30);

    /// <summary>Begins the stream.</summary>
    internal Task BeginAsync()
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return WriteAsync("retry: 2000\n\n");
    }

    /// <summary>Writes a message. JSON has no line breaks, so it is one line of data.</summary>
    internal Task SendAsync<T>(string name, string id, T value, JsonTypeInfo<T> type) =>
        WriteAsync($"event: {name}\nid: {id}\ndata: {JsonSerializer.Serialize(value, type)}\n\n");

    /// <summary>Waits for a change, and writes a comment when there is none for a while, so that a connection that has ended is noticed.</summary>
    internal async Task WaitAsync(Task changed)
    {
        try
        {
            await changed.WaitAsync(s_heartbeat, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await WriteAsync(":\n\n").ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(string text)
    {
        using var slowest = new CancellationTokenSource(s_slowest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slowest.Token, cancellationToken);
        try
        {
            Encoding.UTF8.GetBytes(text, context.Response.BodyWriter);
            await context.Response.BodyWriter.FlushAsync(either.Token).ConfigureAwait(false);
            either.Token.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (slowest.IsCancellationRequested)
        {
            context.Abort();
            throw;
        }
    }
}
