using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>What options and the small public values show, and what they hide.</summary>
public sealed class OptionTests
{
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
