using System.Diagnostics;
using Earshot.Services;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Traces;

/// <summary>Activities of requests to endpoints.</summary>
public sealed class ServiceTraceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handler_of_an_endpoint_runs_within_an_activity_of_the_request()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await using var client = new NatsConnection(new NatsOpts { Url = server.Url });
        await client.ConnectAsync(Cancel);
        using var spans = new Spans();
        await using (INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("orders", "1.0.0", cancellationToken: Cancel))
        {
            await service.AddEndpointAsync<int>(request => request.Data == 0 ? request.ReplyAsync("yes") : throw new NatsSvcEndpointException(404, "no such order"), "get", "orders.*", cancellationToken: Cancel);
            await client.RequestAsync<int, string>("orders.7", 0, cancellationToken: Cancel);
            await client.RequestAsync<int, string>("orders.8", 1, cancellationToken: Cancel);
        }

        Assert.Equal(
            [
                "request Client orders.7 - -",
                "process orders.* Consumer < request orders.7 q -",
                "publish Producer < process orders.* _INBOX - -",
                "request Client orders.8 - -",
                "process orders.* Consumer < request orders.8 q 404",
                "publish Producer < process orders.* _INBOX - -",
            ],
            spans.Show("messaging.destination.name", "messaging.consumer.group.name", "error.type").Select(WithoutInbox));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], spans.All.Where(activity => activity.Kind == ActivityKind.Consumer).Select(activity => activity.Status));
    }

    private static string WithoutInbox(string span) => string.Join(' ', span.Split(' ').Select(word => word.StartsWith("_INBOX.", StringComparison.Ordinal) ? "_INBOX" : word));
}
