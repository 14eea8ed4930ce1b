using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>Options that cannot be meant are refused when the connection is made, and a long name is not one of them.</summary>
public sealed class OptionTests
{
    private static readonly Dictionary<string, Func<NatsOpts, NatsOpts>> s_wrong = new()
    {
        ["no name"] = opts => opts with { Name = null! },
        ["no url"] = opts => opts with { Url = null! },
        ["an empty url"] = opts => opts with { Url = "" },
        ["a ping interval of zero"] = opts => opts with { PingInterval = TimeSpan.Zero },
        ["a negative connect timeout"] = opts => opts with { ConnectTimeout = TimeSpan.FromSeconds(-1) },
        ["a request timeout of a year"] = opts => opts with { RequestTimeout = TimeSpan.FromDays(365) },
        ["a longest wait below the shortest"] = opts => opts with { ReconnectWaitMin = TimeSpan.FromSeconds(2), ReconnectWaitMax = TimeSpan.FromSeconds(1) },
        ["a probe after death"] = opts => opts with { ProbeAfter = TimeSpan.FromSeconds(6) },
        ["a negative buffer"] = opts => opts with { PendingBufferSize = -1 },
        ["a buffer above a gibibyte"] = opts => opts with { PendingBufferSize = (1L << 30) + 1 },
        ["a write buffer of zero"] = opts => opts with { WriterBufferSize = 0 },
        ["no pings out"] = opts => opts with { MaxPingOut = 0 },
        ["queues without messages"] = opts => opts with { SubPendingChannelCapacity = 0 },
        ["queues without bytes"] = opts => opts with { SubPendingBytesLimit = 0 },
        ["a journal without room"] = opts => opts with { EventCapacity = 1 },
        ["a wildcard inbox prefix"] = opts => opts with { InboxPrefix = "a.*" },
        ["an inbox prefix with a space"] = opts => opts with { InboxPrefix = "a b" },
        ["an empty inbox prefix"] = opts => opts with { InboxPrefix = "" },
        ["no registry"] = opts => opts with { SerializerRegistry = null! },
        ["no credentials object"] = opts => opts with { AuthOpts = null! },
    };

    public static TheoryData<string> Names => [.. s_wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_connection_is_not_made_with(string option) =>
        Assert.ThrowsAny<ArgumentException>(() => new NatsConnection(s_wrong[option](NatsOpts.Default)));

    [Fact]
    public void Options_show_no_secrets()
    {
        NatsOpts opts = NatsOpts.Default with { Url = "nats://user:secret@localhost", AuthOpts = new NatsAuthOpts { Password = "secret" } };
        Assert.DoesNotContain("secret", opts.ToString() + opts.AuthOpts, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_hold_a_value_or_an_error()
    {
        NatsResult<int> value = 1;
        NatsResult<int> failed = new NatsException("no");
        Assert.True(value.Success);
        Assert.Equal(1, value.Value);
        Assert.Throws<InvalidOperationException>(() => value.Error);
        Assert.False(failed.Success);
        Assert.Equal("no", failed.Error.Message);
        Assert.Same(failed.Error, Assert.Throws<InvalidOperationException>(() => failed.Value).InnerException);
        Assert.True(NatsResult.Default.Success);
    }

    [Fact]
    public void A_message_built_by_hand_is_read_like_a_received_one()
    {
        var headers = new System.Buffers.ReadOnlySequence<byte>("NATS/1.0 503\r\nA: 1\r\n\r\n"u8.ToArray());
        var none = NatsMsg<int>.Build("s", null, headers, default, null, new NatsHeaderParser(), NatsDefaultSerializer<int>.Default);
        Assert.True(none.HasNoResponders);
        Assert.Equal("1", none.Headers!["A"]);
        var broken = NatsMsg<int>.Build("s", null, null, new System.Buffers.ReadOnlySequence<byte>("x"u8.ToArray()), null, new NatsHeaderParser(), NatsDefaultSerializer<int>.Default);
        Assert.IsType<NatsDeserializeException>(broken.Error);
        Assert.Equal(2, broken.Size);
    }
}
