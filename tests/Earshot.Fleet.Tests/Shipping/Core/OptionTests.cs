using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>The options that a shipper refuses before it does anything.</summary>
public sealed class OptionTests
{
    public static TheoryData<string, Action<NatsJournalShippingOptions>> NotAllowed { get; } = new()
    {
        { "Linger", options => options.Linger = TimeSpan.MaxValue },
        { "Linger", options => options.Linger = TimeSpan.FromTicks(-1) },
        { "MaxStartDelay", options => options.MaxStartDelay = TimeSpan.FromDays(2) },
        { "AckTimeout", options => options.AckTimeout = TimeSpan.MaxValue },
        { "AckTimeout", options => options.AckTimeout = TimeSpan.Zero },
        { "CloseTimeout", options => options.CloseTimeout = TimeSpan.MaxValue },
        { "MinBackOff", options => options.MinBackOff = TimeSpan.Zero },
        { "MaxBackOff", options => options.MaxBackOff = TimeSpan.FromDays(2) },
        { "MaxBackOff", options => options.MaxBackOff = TimeSpan.FromMilliseconds(1) },
        { "SpoolDirectory", options => options.SpoolDirectory = "" },
        { "SpoolDirectory", options => options.SpoolDirectory = "a\0b" },
        { "SpoolSize", options => (options.SpoolDirectory, options.SpoolSize) = ("spool", 1024 * 1024 - 1) },
        { "SpoolSize", options => options.SpoolSize = 1024 },
        { "BatchBytes", options => (options.OutboxSize, options.BatchBytes) = (8 * 1024 * 1024, 2 * 1024 * 1024) },
    };

    [Theory]
    [MemberData(nameof(NotAllowed))]
    public void What_cannot_work_is_refused_by_its_name(string name, Action<NatsJournalShippingOptions> set)
    {
        var options = new NatsJournalShippingOptions { Service = "orders-api" };
        set(options);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new NatsJournalShipper(options));
        Assert.StartsWith($"NatsJournalShippingOptions.{name} must", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_times_work()
    {
        var day = TimeSpan.FromDays(1);
        var options = new NatsJournalShippingOptions
        {
            Service = "orders-api",
            Linger = day,
            MaxStartDelay = day,
            AckTimeout = day,
            CloseTimeout = day,
            MinBackOff = day,
            MaxBackOff = day,
            SpoolSize = 1024 * 1024,
        };
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions(), TestContext.Current.CancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
    }
}
