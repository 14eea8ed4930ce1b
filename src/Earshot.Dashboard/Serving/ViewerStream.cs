using Earshot.Dashboard.Feeds;
using Microsoft.AspNetCore.Http;

namespace Earshot.Dashboard.Serving;

/// <summary>
/// One viewer of the live page: server-sent events from its position on. Nothing is queued for it: it reads the shared list when it has
/// written what came before, and gets everything again when the list no longer has what comes next.
/// </summary>
internal sealed class ViewerStream(ConnectionFeeds feeds, LiveSampling sampling, TimeProvider time, CancellationToken stopping)
{
    // What happens in between is one message.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    internal Task RunAsync(HttpContext context, string path) =>
        ViewerLimits.RunAsync(context, sampling.TryEnter, sampling.Leave, end => WriteAllAsync(context, path, end), time, stopping);

    private async Task WriteAllAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        string? last = context.Request.Headers["Last-Event-ID"];
        ViewerPosition? position = ViewerPosition.Parse(last ?? context.Request.Query["after"]);
        long sample = -1;
        var writer = new EventWriter(context, time, cancellationToken);
        await writer.BeginAsync().ConfigureAwait(false);
        while (true)
        {
            Task changed = feeds.Changed;
            if (position is not { } at || !feeds.CanContinue(at))
            {
                feeds.Sample();
                LiveContent content = feeds.Read(DashboardRoutes.EventsOnPage, path);
                position = ViewerPosition.Parse(content.Position);
                await writer.SendAsync("content", content.Position, content, LiveJson.Default.LiveContent).ConfigureAwait(false);
            }
            else if (feeds.ReadAfter(at, sample) is { } changes)
            {
                (position, sample) = (changes.Position, changes.Sample);
                await writer.SendAsync("changes", changes.Position.ToString(), changes, LiveJson.Default.LiveChanges).ConfigureAwait(false);
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await writer.WaitAsync(changed).ConfigureAwait(false);
            }
        }
    }
}
