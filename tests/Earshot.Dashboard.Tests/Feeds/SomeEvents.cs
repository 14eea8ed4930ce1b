using Earshot.Dashboard.Tests.Kit;

namespace Earshot.Dashboard.Tests.Feeds;

/// <summary>Real events of a connection that loses its server, with texts that a test chooses.</summary>
internal static class SomeEvents
{
    public const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)><!--{{data}} \u202egnp.exe \u001b[31m\u2028 \"'&";

    /// <summary>Returns the JSON of the whole page, after an error of the server with a text, an exception of a listener, and an outage.</summary>
    public static async Task<string> CauseAsync(DashboardApp app, NatsTestServer server, string text, string thrown = "app")
    {
        INatsConnection connection = app.Connection;
        await using EventStream stream = await EventStream.OpenAsync(app);
        await stream.NextAsync();
        using IDisposable throwing = connection.Events.On<NatsServerErrorEvent>(e => throw new InvalidOperationException(thrown), name: "listener");
        await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>("orders.secret-subject", cancellationToken: DashboardApp.Cancel);
        server.Faults.SendError($"Permissions Violation for Publish to \"orders.secret-subject\"");
        server.Faults.SendError(text);
        await stream.UntilKindAsync("ListenerFaulted");
        server.Faults.Drop();
        await stream.UntilKindAsync("Resubscribed");
        return await app.GetAsync("/_nats") + await app.GetAsync("/_nats/servers/0") + await app.GetAsync("/_nats/save");
    }
}
