using System.Threading.Channels;
using Earshot.Client.Tests.Outbound;
using Earshot.Connections;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class MessageStreamTests
{
    private readonly List<Subscribed> _subscribed = [];

    [Fact]
    public async Task Nothing_follows_the_end()
    {
        IAsyncEnumerator<NatsMsg<int>> messages = Stream(PartsRig.Token).GetAsyncEnumerator(PartsRig.Token);
        Task<bool> first = NextAsync(messages);
        Channel<NatsMsg<int>> channel = Assert.Single(_subscribed).Channel;
        Assert.True(channel.Writer.TryWrite(Numbered(1)));
        Assert.True(await first);
        channel.Writer.Complete();

        Assert.False(await NextAsync(messages));
        Assert.False(await NextAsync(messages));
        await messages.DisposeAsync();
        await messages.DisposeAsync();
        Assert.False(await NextAsync(messages));
        Assert.True(Assert.Single(_subscribed).IsDisposed);
    }

    [Fact]
    public async Task Nothing_follows_a_failure_not_even_what_had_not_been_read()
    {
        var channel = Channel.CreateUnbounded<NatsMsg<int>>();
        using var own = new CancellationTokenSource();
        IAsyncEnumerator<NatsMsg<int>> messages = new MessageStream<int>(channel.Reader, null, PartsRig.Token).GetAsyncEnumerator(own.Token);
        Task<bool> first = NextAsync(messages);
        await own.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);
        Assert.True(channel.Writer.TryWrite(Numbered(1)));

        Assert.False(await NextAsync(messages));
        await messages.DisposeAsync();
    }

    [Fact]
    public async Task One_that_could_not_subscribe_does_not_try_again()
    {
        int tries = 0;
        var stream = new MessageStream<int>(null, _ => ValueTask.FromException<INatsSub<int>>(new IOException($"{++tries}")), PartsRig.Token);
        IAsyncEnumerator<NatsMsg<int>> messages = stream.GetAsyncEnumerator(PartsRig.Token);

        await Assert.ThrowsAsync<IOException>(async () => await NextAsync(messages));
        Assert.False(await NextAsync(messages));
        await messages.DisposeAsync();
        Assert.Equal(1, tries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_caller_receives_and_subscribes_nothing(bool hasBegun)
    {
        IAsyncEnumerator<NatsMsg<int>> messages = Stream(PartsRig.Token).GetAsyncEnumerator(PartsRig.Token);
        if (hasBegun)
        {
            Task<bool> first = NextAsync(messages);
            Assert.True(_subscribed[0].Channel.Writer.TryWrite(Numbered(1)));
            Assert.True(await first);
            Assert.True(_subscribed[0].Channel.Writer.TryWrite(Numbered(2)));
        }

        await messages.DisposeAsync();
        Assert.False(await NextAsync(messages));
        Assert.Equal(hasBegun ? 1 : 0, _subscribed.Count);
        Assert.All(_subscribed, static subscription => Assert.True(subscription.IsDisposed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Either_of_two_tokens_ends_it_after_what_had_arrived(bool isOwn)
    {
        using CancellationTokenSource given = new(), own = new();
        await using IAsyncEnumerator<NatsMsg<int>> messages = Stream(given.Token).GetAsyncEnumerator(own.Token);
        Task<bool> first = NextAsync(messages);
        Assert.True(_subscribed[0].Channel.Writer.TryWrite(Numbered(1)));
        Assert.True(_subscribed[0].Channel.Writer.TryWrite(Numbered(2)));
        Assert.True(await first);
        await (isOwn ? own : given).CancelAsync();

        Assert.True(await NextAsync(messages));
        Assert.Equal(2, messages.Current.Data);
        Assert.False(await NextAsync(messages));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Either_of_two_tokens_throws_for_a_subscription_that_is_there_already(bool isOwn)
    {
        using CancellationTokenSource given = new(), own = new();
        var channel = Channel.CreateUnbounded<NatsMsg<int>>();
        await using IAsyncEnumerator<NatsMsg<int>> messages = new MessageStream<int>(channel.Reader, null, given.Token).GetAsyncEnumerator(own.Token);
        Task<bool> first = NextAsync(messages);
        await (isOwn ? own : given).CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);
    }

    [Fact]
    public async Task Each_enumeration_has_a_subscription_of_its_own()
    {
        MessageStream<int> stream = Stream(PartsRig.Token);
        await using IAsyncEnumerator<NatsMsg<int>> one = stream.GetAsyncEnumerator(PartsRig.Token), other = stream.GetAsyncEnumerator(PartsRig.Token);
        Task<bool> first = NextAsync(one), second = NextAsync(other);
        Assert.True(_subscribed[1].Channel.Writer.TryWrite(Numbered(2)));
        Assert.True(_subscribed[0].Channel.Writer.TryWrite(Numbered(1)));

        Assert.True(await first && await second);
        Assert.Equal((1, 2), (one.Current.Data, other.Current.Data));
    }

    [Fact]
    public async Task Enumerations_that_take_messages_from_each_other_end_with_the_last_one_only()
    {
        const int Messages = 50_000;
        var channel = Channel.CreateUnbounded<NatsMsg<int>>();
        bool isComplete = false;
        Task<int>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(ReadAsync, PartsRig.Token))];
        for (int i = 0; i < Messages; i++)
        {
            Assert.True(channel.Writer.TryWrite(Numbered(i)));
            if (i % 16 == 0)
            {
                await Task.Yield(); // so that readers wait
            }
        }

        Volatile.Write(ref isComplete, true);
        channel.Writer.Complete();
        Assert.Equal(Messages, (await Task.WhenAll(readers).WaitAsync(PartsRig.WaitLimit, PartsRig.Token)).Sum());

        async Task<int> ReadAsync()
        {
            int count = 0;
            await foreach (NatsMsg<int> message in new MessageStream<int>(channel.Reader, null, CancellationToken.None))
            {
                count++;
            }

            Assert.True(Volatile.Read(ref isComplete));
            return count;
        }
    }

    private static Task<bool> NextAsync(IAsyncEnumerator<NatsMsg<int>> messages) => messages.MoveNextAsync().AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

    private static NatsMsg<int> Numbered(int number) => new("a", null, 1, null, number, null);

    private MessageStream<int> Stream(CancellationToken cancellationToken) => new(
        null,
        token =>
        {
            var subscribed = new Subscribed();
            _subscribed.Add(subscribed);
            token.UnsafeRegister(static (state, _) => ((Subscribed)state!).Channel.Writer.TryComplete(), subscribed); // as a subscription does
            return ValueTask.FromResult<INatsSub<int>>(subscribed);
        },
        cancellationToken);

    private sealed class Subscribed : INatsSub<int>
    {
        public Channel<NatsMsg<int>> Channel { get; } = System.Threading.Channels.Channel.CreateUnbounded<NatsMsg<int>>();

        public bool IsDisposed { get; private set; }

        public ChannelReader<NatsMsg<int>> Msgs => Channel.Reader;

        public string Subject => "a";

        public string? QueueGroup => null;

        public string Sid => "1";

        public NatsSubStats Stats => default;

        public NatsSubEndReason EndReason => NatsSubEndReason.None;

        public Exception? Exception => null;

        public ValueTask UnsubscribeAsync() => default;

        public ValueTask DrainAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask ConfirmAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}
