using System.Globalization;
using System.Text;
using Earshot.Connections;
using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>The exact limits of options: the last value that works, the first that does not, and what each refusal says.</summary>
public sealed class OptionLimitTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(int.MaxValue);
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    private static readonly Dictionary<string, (Func<NatsOpts, long, NatsOpts> Set, long Least, long Most)> s_numbers = new()
    {
        [nameof(NatsOpts.MaxReconnectRetry)] = ((o, value) => o with { MaxReconnectRetry = (int)value }, -1, int.MaxValue),
        [nameof(NatsOpts.MaxReconnectPerServer)] = ((o, value) => o with { MaxReconnectPerServer = (int)value }, 0, int.MaxValue),
        [nameof(NatsOpts.MaxPingOut)] = ((o, value) => o with { MaxPingOut = (int)value }, 1, int.MaxValue),
        [nameof(NatsOpts.WriterBufferSize)] = ((o, value) => o with { WriterBufferSize = (int)value }, 1, 1 << 30),
        [nameof(NatsOpts.PendingBufferSize)] = ((o, value) => o with { PendingBufferSize = value }, 0, 1L << 30),
        [nameof(NatsOpts.SubPendingChannelCapacity)] = ((o, value) => o with { SubPendingChannelCapacity = (int)value }, 1, int.MaxValue),
        [nameof(NatsOpts.SubPendingBytesLimit)] = ((o, value) => o with { SubPendingBytesLimit = value }, 1, long.MaxValue),
        [nameof(NatsOpts.EventCapacity)] = ((o, value) => o with { EventCapacity = (int)value }, 16, int.MaxValue),
        [nameof(NatsOpts.MaxControlLine)] = ((o, value) => o with { MaxControlLine = (int)value }, 64, 65_000),
        [nameof(NatsOpts.DetachHandlerAfterFaults)] = ((o, value) => o with { DetachHandlerAfterFaults = (int)value }, 0, int.MaxValue),
        [nameof(NatsOpts.MaxPayloadHardCap)] = ((o, value) => o with { MaxPayloadHardCap = (int)value }, 1, int.MaxValue),
    };

    private static readonly Dictionary<string, (Func<NatsOpts, TimeSpan, NatsOpts> Set, bool TakesZero)> s_durations = new()
    {
        [nameof(NatsOpts.ConnectTimeout)] = ((o, time) => o with { ConnectTimeout = time }, false),
        [nameof(NatsOpts.ConnectHedgeDelay)] = ((o, time) => o with { ConnectHedgeDelay = time }, false),
        [nameof(NatsOpts.ReconnectWaitMin)] = ((o, time) => o with { ReconnectWaitMin = time }, true),
        [nameof(NatsOpts.ReconnectWaitMax)] = ((o, time) => o with { ReconnectWaitMin = s_tick, ReconnectWaitMax = time }, true),
        [nameof(NatsOpts.ReconnectBackoffResetAfter)] = ((o, time) => o with { ReconnectBackoffResetAfter = time }, false),
        [nameof(NatsOpts.ReconnectTimeLimit)] = ((o, time) => o with { ReconnectTimeLimit = time }, false),
        [nameof(NatsOpts.LameDuckGracePeriod)] = ((o, time) => o with { LameDuckGracePeriod = time }, false),
        [nameof(NatsOpts.PingInterval)] = ((o, time) => o with { PingInterval = time }, true),
        [nameof(NatsOpts.ProbeDelay)] = ((o, time) => o with { ProbeDelay = time, ProbeTimeout = Timeout.InfiniteTimeSpan }, false),
        [nameof(NatsOpts.ProbeTimeout)] = ((o, time) => o with { ProbeTimeout = time, ProbeDelay = Timeout.InfiniteTimeSpan }, false),
        [nameof(NatsOpts.FrameTimeout)] = ((o, time) => o with { FrameTimeout = time }, false),
        [nameof(NatsOpts.WriteTimeout)] = ((o, time) => o with { WriteTimeout = time }, false),
        [nameof(NatsOpts.CommandTimeout)] = ((o, time) => o with { CommandTimeout = time }, false),
        [nameof(NatsOpts.RequestTimeout)] = ((o, time) => o with { RequestTimeout = time }, false),
        [nameof(NatsOpts.DrainTimeout)] = ((o, time) => o with { DrainTimeout = time }, false),
        [nameof(NatsOpts.DrainPingTimeout)] = ((o, time) => o with { DrainPingTimeout = time }, false),
        [nameof(NatsOpts.ConsumerDrainOnDisposeTimeout)] = ((o, time) => o with { ConsumerDrainOnDisposeTimeout = time }, false),
        [nameof(NatsOpts.EventDrainTimeout)] = ((o, time) => o with { EventDrainTimeout = time }, false),
        [nameof(NatsOpts.HandlerStallThreshold)] = ((o, time) => o with { HandlerStallThreshold = time }, false),
    };

    public static TheoryData<string> Numbers => [.. s_numbers.Keys];

    public static TheoryData<string> Durations => [.. s_durations.Keys];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_work_up_to_their_limits(string name)
    {
        (Func<NatsOpts, long, NatsOpts> set, long least, long most) = s_numbers[name];
        OptionChecks.ThrowIfInvalid(set(new NatsOpts(), least));
        OptionChecks.ThrowIfInvalid(set(new NatsOpts(), most));
        Assert.Equal(name, Refused(set(new NatsOpts(), least - 1)).ParamName);
        if (most is not (int.MaxValue or long.MaxValue))
        {
            Assert.Equal(name, Refused(set(new NatsOpts(), most + 1)).ParamName);
        }
    }

    [Theory]
    [MemberData(nameof(Durations))]
    public void Durations_work_from_a_tick_to_24_days_and_without_an_end(string name)
    {
        (Func<NatsOpts, TimeSpan, NatsOpts> set, bool takesZero) = s_durations[name];
        OptionChecks.ThrowIfInvalid(set(new NatsOpts(), s_tick));
        TimeSpan most = name == nameof(NatsOpts.ProbeDelay) ? s_longest - s_tick : s_longest; // it must be below the timeout
        OptionChecks.ThrowIfInvalid(set(new NatsOpts(), most) with { ReconnectWaitMax = s_longest });
        OptionChecks.ThrowIfInvalid(set(new NatsOpts(), Timeout.InfiniteTimeSpan) with { ReconnectWaitMax = s_longest });
        string expected = $"NatsOpts.{name} must be {(takesZero ? "zero or above" : "above zero")} and below 24 days, or Timeout.InfiniteTimeSpan.";
        foreach (TimeSpan wrong in (TimeSpan[])[-s_tick, s_longest + s_tick, TimeSpan.MinValue])
        {
            ArgumentException refused = Refused(set(new NatsOpts(), wrong));
            Assert.Equal(name, refused.ParamName);
            Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
        }

        if (takesZero)
        {
            OptionChecks.ThrowIfInvalid(set(new NatsOpts(), TimeSpan.Zero));
        }
        else
        {
            Assert.StartsWith(expected, Refused(set(new NatsOpts(), TimeSpan.Zero)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Periods_that_have_no_infinite_value_have_limits_too()
    {
        foreach (TimeSpan right in (TimeSpan[])[TimeSpan.Zero, s_longest])
        {
            OptionChecks.ThrowIfInvalid(new NatsOpts { TcpUserTimeout = right, DrainGracePeriod = right });
        }

        foreach (TimeSpan wrong in (TimeSpan[])[-s_tick, s_longest + s_tick])
        {
            Assert.Equal(nameof(NatsOpts.DrainGracePeriod), Refused(new NatsOpts { DrainGracePeriod = wrong }).ParamName);
            ArgumentException refused = Refused(new NatsOpts { TcpUserTimeout = wrong });
            Assert.Equal(nameof(NatsOpts.TcpUserTimeout), refused.ParamName);
            Assert.StartsWith("NatsOpts.TcpUserTimeout must be zero (operating system default) or positive, and less than 24 days.", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_shortest_wait_is_at_most_the_longest_and_the_delay_of_a_probe_below_its_timeout()
    {
        var second = TimeSpan.FromSeconds(1);
        OptionChecks.ThrowIfInvalid(new NatsOpts { ReconnectWaitMin = second, ReconnectWaitMax = second });
        Assert.StartsWith("NatsOpts.ReconnectWaitMin (00:00:01.0000001) is above ReconnectWaitMax (00:00:01).", Refused(new NatsOpts { ReconnectWaitMin = second + s_tick, ReconnectWaitMax = second }).Message, StringComparison.Ordinal);
        OptionChecks.ThrowIfInvalid(new NatsOpts { ProbeDelay = second - s_tick, ProbeTimeout = second });
        OptionChecks.ThrowIfInvalid(new NatsOpts { ProbeDelay = Timeout.InfiniteTimeSpan, ProbeTimeout = second });
        ArgumentException refused = Refused(new NatsOpts { ProbeDelay = second, ProbeTimeout = second });
        Assert.Equal(nameof(NatsOpts.ProbeDelay), refused.ParamName);
        Assert.StartsWith("NatsOpts.ProbeDelay (00:00:01) must be below ProbeTimeout (00:00:01).", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n", 1024)]
    [InlineData("\u00e4", 512)]
    public void Names_have_at_most_1024_bytes(string letter, int count)
    {
        string longest = string.Concat(Enumerable.Repeat(letter, count));
        OptionChecks.ThrowIfInvalid(new NatsOpts { Name = longest });
        OptionChecks.ThrowIfInvalid(new NatsOpts { InboxPrefix = new string('i', 1024), MaxControlLine = 65_000 });
        ArgumentException refused = Refused(new NatsOpts { Name = longest + "n" });
        Assert.Equal(nameof(NatsOpts.Name), refused.ParamName);
        Assert.StartsWith("NatsOpts.Name is longer than 1024 bytes.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(nameof(NatsOpts.InboxPrefix), Refused(new NatsOpts { InboxPrefix = new string('i', 1025) }).ParamName);
    }

    [Fact]
    public void Values_that_are_not_defined_are_named_with_their_type()
    {
        Assert.StartsWith("NatsOpts.LameDuckPolicy is not a defined value of NatsLameDuckPolicy.", Refused(new NatsOpts { LameDuckPolicy = (NatsLameDuckPolicy)99 }).Message, StringComparison.Ordinal);
        Assert.Equal("TlsOpts.RevocationMode", Refused(new NatsOpts { TlsOpts = new NatsTlsOpts { RevocationMode = (System.Security.Cryptography.X509Certificates.X509RevocationMode)99 } }).ParamName);
        Assert.StartsWith("NatsOpts.ConnectionListeners contains null.", Refused(new NatsOpts { ConnectionListeners = [null!] }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:02", "00:00:05", "00:00:05")]
    [InlineData("00:00:02", "00:00:00", "00:00:02")] // delays that do not grow
    [InlineData("00:00:00", "00:00:00", "00:00:00.0010000")]
    [InlineData("00:00:02", "-00:00:00.0010000", "24.20:31:23.6470000")] // infinite
    public void The_longest_wait_is_the_option_or_the_shortest_one(string min, string max, string expected) =>
        Assert.Equal(Time(expected), OptionChecks.ReconnectWaitMax(new NatsOpts { ReconnectWaitMin = Time(min), ReconnectWaitMax = Time(max) }));

    [Fact]
    public void A_shortest_wait_above_the_default_of_the_longest_raises_it()
    {
        TimeSpan standard = NatsOpts.Default.ReconnectWaitMax;
        Assert.Equal(standard, OptionChecks.ReconnectWaitMax(new NatsOpts { ReconnectWaitMin = standard }));
        Assert.Equal(standard + s_tick, OptionChecks.ReconnectWaitMax(new NatsOpts { ReconnectWaitMin = standard + s_tick }));
        Assert.Equal(s_tick, OptionChecks.ReconnectWaitMax(new NatsOpts { ReconnectWaitMin = standard + s_tick, ReconnectWaitMax = s_tick }));
    }

    [Fact]
    public void Times_of_the_parts_are_finite()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Equal([second, second, second], [OptionTimes.Of(second), OptionTimes.Interval(second), OptionTimes.Wait(second)]);
        Assert.Equal([s_longest, s_longest, s_longest], [OptionTimes.Of(Timeout.InfiniteTimeSpan), OptionTimes.Interval(Timeout.InfiniteTimeSpan), OptionTimes.Wait(Timeout.InfiniteTimeSpan)]);
        Assert.Equal([TimeSpan.Zero, s_longest, TimeSpan.FromMilliseconds(1)], [OptionTimes.Of(TimeSpan.Zero), OptionTimes.Interval(TimeSpan.Zero), OptionTimes.Wait(TimeSpan.Zero)]);
    }

    [Fact]
    public void Options_without_effect_say_what_is_so_instead()
    {
        Assert.Empty(OptionsWithoutEffect.Of(new NatsOpts { SubjectEncoding = Encoding.ASCII, HeaderEncoding = Encoding.UTF8 }));
        var all = new NatsOpts
        {
            RequestReplyMode = NatsRequestReplyMode.SharedInbox,
            ReconnectJitter = s_tick,
            WaitUntilSent = true,
            ObjectPoolSize = 1,
            ReaderBufferSize = 1,
            SubjectEncoding = Encoding.Latin1,
            HeaderEncoding = Encoding.Latin1,
            UseThreadPoolCallback = true,
            SubscriptionCleanUpInterval = s_tick,
            PublishTimeoutOnDisconnected = true,
            SkipSubjectValidation = true,
        };
        Assert.Equal(
            [
                "NatsOpts.RequestReplyMode changes nothing: all requests of a connection share one inbox subscription",
                "NatsOpts.ReconnectJitter changes nothing: waits between attempts are random over their whole length",
                "NatsOpts.WaitUntilSent changes nothing: FlushAsync waits until all was sent",
                "NatsOpts.ObjectPoolSize changes nothing: there is no pool of that kind",
                "NatsOpts.ReaderBufferSize changes nothing: the receive buffer grows as it is needed",
                "NatsOpts.SubjectEncoding changes nothing: subjects are UTF-8",
                "NatsOpts.HeaderEncoding changes nothing: header values are UTF-8",
                "NatsOpts.UseThreadPoolCallback changes nothing: no application code runs on the read loop",
                "NatsOpts.SubscriptionCleanUpInterval changes nothing: a forgotten subscription ends when it is collected",
                "NatsOpts.PublishTimeoutOnDisconnected changes nothing: no publish waits longer than CommandTimeout",
                "NatsOpts.SkipSubjectValidation changes nothing: subjects are always checked",
            ],
            OptionsWithoutEffect.Of(all));
    }

    private static TimeSpan Time(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static ArgumentException Refused(NatsOpts opts) => Assert.ThrowsAny<ArgumentException>(() => OptionChecks.ThrowIfInvalid(opts));
}
