using System.Linq.Expressions;
using System.Threading.Channels;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>Fakes and mocks that were written for the interfaces of the official client.</summary>
public sealed class FakeTests
{
    [Fact]
    public async Task A_fake_with_the_members_of_the_official_interface_does_what_it_has_and_nothing_else()
    {
        INatsConnection fake = new FakeConnection();
        await fake.ConnectAsync();
        await fake.ReconnectAsync();
        await fake.PublishAsync("a", 1);
        Assert.Equal(["connect", "reconnect", "publish a"], ((FakeConnection)fake).Calls);

        Func<object?>[] missing =
        [
            () => fake.Events, () => fake.Closed, () => fake.SessionToken, () => fake.Stats, () => fake.Servers, () => fake.DiscoveredServers, () => fake.Snapshot,
            () => fake.GetPublishMark(), () => fake.FlushAsync(), () => fake.FlushAsync(default(NatsPublishMark)), () => fake.DrainAsync(), () => fake.CloseAsync(),
            () => fake.ReconnectAsync(new NatsForceReconnectOptions()), () => fake.SetServersAsync([]), () => fake.WaitForStateAsync(NatsConnectionState.Open),
            () => fake.ConnectAsync(CancellationToken.None), () => fake.ReconnectAsync(CancellationToken.None),
        ];
        Assert.All(missing, call => Assert.Contains(nameof(FakeConnection), Assert.Throws<NotSupportedException>(call).Message, StringComparison.Ordinal));
        Assert.Throws<NotSupportedException>(() => fake.ConnectionClosed += (_, _) => default);
        Assert.Throws<NotSupportedException>(() => fake.ConnectionReconnected -= (_, _) => default);
        Assert.Throws<NotSupportedException>(() => fake.ServersDiscovered += (_, _) => default);
        Assert.Throws<NotSupportedException>(() => fake.ErrorOccurred += (_, _) => default);
    }

    [Fact]
    public async Task A_fake_subscription_has_what_it_has_and_nothing_else()
    {
        await using INatsSub<int> fake = new FakeSub();
        Assert.Equal(("a", null), (fake.Subject, fake.QueueGroup));
        Func<object?>[] missing = [() => fake.Sid, () => fake.Stats, () => fake.EndReason, () => fake.Exception, () => fake.ConfirmAsync()];
        Assert.All(missing, call => Assert.Throws<NotSupportedException>(call));
    }

    [Fact]
    public void Calls_without_optional_arguments_fit_into_expression_trees_as_mocks_want_them()
    {
        Expression<Func<INatsConnection, ValueTask>> connect = connection => connection.ConnectAsync(), reconnect = connection => connection.ReconnectAsync();
        Expression<Func<INatsClient, ValueTask>> client = nats => nats.ConnectAsync();
        Expression<Func<INatsConnection, NatsConnectionState>> state = connection => connection.ConnectionState;
        Expression<Func<INatsConnection, ValueTask<NatsMsg<int>>>> request = connection => connection.RequestAsync<int, int>("a", 1, null, null, null, null, null, CancellationToken.None);
        Assert.All(new LambdaExpression[] { connect, reconnect, client, state, request }, expression => Assert.NotNull(expression.Body));
    }

    [Fact]
    public async Task Events_can_be_made_for_a_mock()
    {
        var warning = new NatsConfigurationWarningEvent { Code = "Mock", Text = "made by hand" };
        var events = new NatsEvents(warning);
        Assert.Equal((1, NatsConnectionState.Closed), (events.LastSequence, events.State));
        Assert.Equal("made by hand", Assert.IsType<NatsConfigurationWarningEvent>(Assert.Single(events.ToList())).Text);
        Assert.Empty(new NatsEvents().ToList());
        Assert.Equal("Mock", (await events.WhenAsync<NatsConfigurationWarningEvent>(0, cancellationToken: TestContext.Current.CancellationToken)).Code);
    }

    private sealed class FakeSub : INatsSub<int>
    {
        public ChannelReader<NatsMsg<int>> Msgs { get; } = Channel.CreateUnbounded<NatsMsg<int>>().Reader;

        public string Subject => "a";

        public string? QueueGroup => null;

        public ValueTask UnsubscribeAsync() => default;

        public ValueTask DrainAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class FakeConnection : INatsConnection
    {
#pragma warning disable CS0067 // nothing raises them
        public event AsyncEventHandler<NatsEventArgs>? ConnectionDisconnected;

        public event AsyncEventHandler<NatsEventArgs>? ConnectionOpened;

        public event AsyncEventHandler<NatsEventArgs>? ReconnectFailed;

        public event AsyncEventHandler<NatsMessageDroppedEventArgs>? MessageDropped;

        public event AsyncEventHandler<NatsSlowConsumerEventArgs>? SlowConsumerDetected;

        public event AsyncEventHandler<NatsLameDuckModeActivatedEventArgs>? LameDuckModeActivated;

        public event AsyncEventHandler<NatsServerErrorEventArgs>? ServerError;
#pragma warning restore CS0067

        public List<string> Calls { get; } = [];

        public INatsConnection Connection => this;

        public INatsServerInfo? ServerInfo => null;

        public NatsOpts Opts { get; } = NatsOpts.Default;

        public NatsConnectionState ConnectionState => NatsConnectionState.Open;

        public NatsHeaderParser HeaderParser { get; } = new();

        public Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnectingAsync { get; set; }

        public Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailableAsync { get; set; }

        public ValueTask ConnectAsync() => Called("connect");

        public ValueTask ReconnectAsync() => Called("reconnect");

        public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default) => new(TimeSpan.FromMilliseconds(1));

        public ValueTask PublishAsync<T>(string subject, T data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
            Called($"publish {subject}");

        public ValueTask PublishAsync(string subject, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) => default;

        public ValueTask PublishAsync<T>(in NatsMsg<T> msg, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) => default;

        public IAsyncEnumerable<NatsMsg<T>> SubscribeAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("The code under test does not subscribe or request.");

        public ValueTask<INatsSub<T>> SubscribeCoreAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("The code under test does not subscribe or request.");

        public ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("The code under test does not subscribe or request.");

        public ValueTask<NatsMsg<TReply>> RequestAsync<TReply>(string subject, INatsDeserialize<TReply>? replySerializer = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("The code under test does not subscribe or request.");

        public IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("The code under test does not subscribe or request.");

        public string NewInbox() => "_INBOX.fake";

        public ValueTask DisposeAsync() => default;

        private ValueTask Called(string call)
        {
            Calls.Add(call);
            return default;
        }
    }
}
