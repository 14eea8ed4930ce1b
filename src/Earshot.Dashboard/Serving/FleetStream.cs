using Earshot.Dashboard.Fleets;
using Microsoft.AspNetCore.Http;

namespace Earshot.Dashboard.Serving;

/// <summary>One viewer of the page of the fleet: each new picture as a server-sent event, at most one a second; one that is replaced meanwhile is left out.</summary>
internal sealed class FleetStream(FleetFeed feed, TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    internal Task RunAsync(HttpContext context, string path) =>
        ViewerLimits.RunAsync(context, feed.TryEnter, feed.Leave, end => WriteAsync(context, path, end), time, stopping);

    private async Task WriteAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        string? last = context.Request.Headers["Last-Event-ID"];
        last ??= context.Request.Query["after"];
        var writer = new EventWriter(context, time, cancellationToken);
        await writer.BeginAsync().ConfigureAwait(false);
        while (true)
        {
            Task changed = feed.Changed;
            (FleetPicture picture, string position) = feed.Current;
            if (position == last)
            {
                await writer.WaitAsync(changed).ConfigureAwait(false);
                continue;
            }

            last = position;
            await writer.SendAsync("content", position, picture.Content with { Path = path, Position = position }, FleetPageJson.Default.FleetContent).ConfigureAwait(false);
            await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
