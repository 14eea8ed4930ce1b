using System.Diagnostics;
using System.Text;
using Earshot.Connections;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Traces;

public sealed class TraceTests : IDisposable
{
    private readonly List<Activity> _exported = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_crosses_requester_responder_publisher_and_handler()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using (TracerProvider provider = Provider())
        {
            await using var service = new NatsConnection(new NatsOpts { Url = server.Url, Name = "service" });
            await using var client = new NatsConnection(new NatsOpts { Url = server.Url, Name = "client" });
            await using INatsSub<string> handled = await client.SubscribeCoreAsync<string>("orders.*", cancellationToken: Cancel);
            await client.PingAsync(Cancel);
            Task responder = RespondAsync(service);
            await server.WaitForSubscriptionAsync("ask.*", Cancel);
            Assert.Equal("yes", (await client.RequestAsync<string, string>("ask.it", "?", cancellationToken: Cancel)).Data);
            NatsMsg<string> order = await handled.Msgs.ReadAsync(Cancel);
            order.StartActivity()!.Dispose();
            await responder;
        }

        Assert.Equal(
            [
                "request ask.it Client client",
                "  process ask.* Consumer service",
                "    publish orders.new Producer service",
                "      process orders.* Consumer client",
                "    publish _INBOX Producer service",
            ],
            Tree(_exported, default, ""));
        Activity process = _exported.Single(activity => activity.DisplayName == "process ask.*");
        Assert.Equal(
            ["messaging.consumer.group.name=workers", "messaging.destination.name=ask.it", "messaging.destination.template=ask.*", "messaging.operation.name=process", "messaging.operation.type=process", "messaging.system=nats"],
            process.TagObjects.Where(tag => tag.Key.StartsWith("messaging.", StringComparison.Ordinal) && tag.Key != "messaging.client.id").Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(server.Port, process.GetTagItem("server.port"));
        Assert.Equal("127.0.0.1", process.GetTagItem("network.peer.address"));
    }

    [Fact]
    public async Task Failed_request_has_the_type_of_its_error()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using (TracerProvider provider = Provider())
        {
            await using var client = new NatsConnection(new NatsOpts { Url = server.Url });
            await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await client.RequestAsync<string, string>("no.responder", "?", cancellationToken: Cancel));
        }

        Activity request = Assert.Single(_exported);
        Assert.Equal((ActivityStatusCode.Error, "Earshot.NatsNoRespondersException"), (request.Status, request.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Filter_leaves_messages_out_and_the_formatter_and_enrichment_apply_to_the_others()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using (TracerProvider provider = Provider(options =>
        {
            options.FilterSubjects(include: ["orders.>"], exclude: ["orders.internal.*"]).SpanDestinationNameFormatter = subject => $"{subject.Split('.')[0]}.>";
            options.Enrich = (activity, context) => activity.SetTag("reply", context.ReplyTo);
        }))
        {
            await using var client = new NatsConnection(new NatsOpts { Url = server.Url });
            await client.PublishAsync("orders.internal.a", "1", cancellationToken: Cancel);
            await client.PublishAsync("other", "1", cancellationToken: Cancel);
            await client.PublishAsync("orders.new", "1", replyTo: "here", cancellationToken: Cancel);
            await client.PingAsync(Cancel); // the server has all of them
        }

        Activity traced = Assert.Single(_exported);
        Assert.Equal(("publish orders.>", "here"), (traced.DisplayName, traced.GetTagItem("reply")));
        Assert.Equal([false, false, true], server.Published.Select(message => Header(message, "traceparent") is not null));
    }

    [Fact]
    public async Task Headers_of_the_caller_are_not_changed_and_baggage_is_sent_only_on_request()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        var headers = new NatsHeaders { ["own"] = "1" };
        Baggage.Current = Baggage.Create(new Dictionary<string, string> { ["tenant"] = "7", ["hidden"] = "8" });
        using (TracerProvider provider = Provider(options => options.BaggageKeyFilter = key => key != "hidden"))
        {
            await using var client = new NatsConnection(new NatsOpts { Url = server.Url });
            await client.PublishAsync("a", "1", headers, cancellationToken: Cancel);
            NatsInstrumentationOptions.Default.PropagateBaggage = true;
            await client.PublishAsync("a", "1", headers, cancellationToken: Cancel);
            await client.PingAsync(Cancel);
        }

        Assert.Equal(["own"], headers.Keys);
        Assert.Equal([null, "tenant=7"], server.Published.Select(message => Header(message, "baggage")));
    }

    [Fact]
    public async Task Baggage_that_an_activity_sets_again_is_sent_once_with_its_own_value()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using Activity parent = new Activity("parent").AddBaggage("tenant", "7").AddBaggage("region", "eu").Start();
        using Activity child = new Activity("child").AddBaggage("tenant", "8").Start();
        using (TracerProvider provider = Provider())
        {
            (NatsInstrumentationOptions.Default.PropagateBaggage, NatsInstrumentationOptions.Default.BaggageSource) = (true, () => child.Baggage);
            await using var client = new NatsConnection(new NatsOpts { Url = server.Url });
            await client.PublishAsync("a", "1", cancellationToken: Cancel);
            await client.PingAsync(Cancel);
        }

        Assert.Equal("region=eu,tenant=8", string.Join(',', Header(Assert.Single(server.Published), "baggage")!.Split(',').Order(StringComparer.Ordinal)));
        NatsHeaders sent = [];
        new DistributedContextPropagation().Inject(child.Context, null, sent, NatsInstrumentationOptions.Default);
        Assert.Equal("tenant=8,region=eu", sent["baggage"]);
    }

    public void Dispose()
    {
        NatsInstrumentationOptions options = NatsInstrumentationOptions.Default;
        options.BaggageSource = null;
        (options.Filter, options.Enrich, options.SpanDestinationNameFormatter, options.BaggageKeyFilter, options.PropagateBaggage) = (null, null, null, null, false);
        Baggage.Current = default;
    }

    private TracerProvider Provider(Action<NatsInstrumentationOptions>? configure = null) =>
        Sdk.CreateTracerProviderBuilder().AddNatsClientInstrumentation(configure ?? (_ => { })).AddInMemoryExporter(_exported).Build();

    private static async Task RespondAsync(NatsConnection service)
    {
        await foreach (NatsMsg<string> message in service.SubscribeAsync<string>("ask.*", "workers", cancellationToken: Cancel))
        {
            using Activity? activity = message.StartActivity();
            await service.PublishAsync("orders.new", "1", cancellationToken: Cancel);
            await message.ReplyAsync("yes", cancellationToken: Cancel);
            return;
        }
    }

    private static string? Header(NatsTestServerMessage message, string name) => Encoding.ASCII.GetString(message.Headers.Span).Split("\r\n")
        .Where(line => line.StartsWith($"{name}:", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    private static IEnumerable<string> Tree(IReadOnlyList<Activity> all, ActivitySpanId parent, string indent) => all
        .Where(activity => activity.ParentSpanId == parent && activity.DisplayName != "nats connect")
        .OrderBy(activity => activity.StartTimeUtc)
        .SelectMany(activity => Tree(all, activity.SpanId, $"{indent}  ").Prepend($"{indent}{Show(activity)}"));

    private static string Show(Activity activity)
    {
        string? subject = (string?)activity.GetTagItem("messaging.destination.name");
        string shown = activity.Kind == ActivityKind.Consumer ? "" : $" {(subject!.StartsWith("_INBOX", StringComparison.Ordinal) ? "_INBOX" : subject)}";
        return $"{activity.DisplayName}{shown} {activity.Kind} {activity.GetTagItem("nats.connection.name")}";
    }
}
