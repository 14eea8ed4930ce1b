using System.Numerics;
using Earshot.JetStream.Counters;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Features;

/// <summary>Counters, on real servers.</summary>
[BothServers]
public sealed class CounterTests(JetStreamServers servers)
{
    [Fact]
    public async Task Additions_return_the_value_of_any_size()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        string subject = $"{rig.Name}.a";
        Assert.Null(await counter.GetAsync(subject, rig.Cancel));
        Assert.Equal(5, await counter.AddAsync(subject, 5, cancellationToken: rig.Cancel));
        Assert.Equal(-2, await counter.AddAsync(subject, -7, cancellationToken: rig.Cancel));
        Assert.Equal(-2, await counter.AddAsync(subject, 0, cancellationToken: rig.Cancel));
        BigInteger large = BigInteger.Pow(10, 60) + 7;
        Assert.Equal(large - 2, await counter.AddAsync(subject, large, cancellationToken: rig.Cancel));
        CounterEntry entry = (await counter.GetAsync(subject, rig.Cancel))!;
        Assert.Equal((subject, large - 2, (BigInteger?)large, 4UL, 0), (entry.Subject, entry.Value, entry.Increment, entry.Sequence, entry.Sources.Count));
    }

    [Fact]
    public async Task Repeated_addition_with_an_id_counts_once_and_is_read()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        Assert.Equal(3, await counter.AddAsync($"{rig.Name}.a", 3, "id", rig.Cancel));
        Assert.Equal(4, await counter.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel));
        Assert.Equal(4, await counter.AddAsync($"{rig.Name}.a", 3, "id", rig.Cancel)); // the server acknowledges it without a value
    }

    [Fact]
    public async Task Several_counters_are_read_with_one_request()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        for (int i = 1; i <= 5; i++)
        {
            await counter.AddAsync($"{rig.Name}.{i}", i, cancellationToken: rig.Cancel);
        }

        List<CounterEntry> entries = await counter.GetManyAsync([$"{rig.Name}.2", $"{rig.Name}.4", $"{rig.Name}.9"], rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal([($"{rig.Name}.2", new BigInteger(2), 2UL), ($"{rig.Name}.4", 4, 4UL)], entries.Select(entry => (entry.Subject, entry.Value, entry.Sequence)));
        Assert.Throws<ArgumentException>(() => counter.GetManyAsync([], rig.Cancel));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Sum_of_other_streams_has_its_sources()
    {
        await using JetStreamRig rig = await StartAsync();
        string sum = $"{rig.Name}SUM";
        await rig.Context.CreateStreamAsync(new StreamConfig { Name = sum, Storage = StreamConfigStorage.Memory, AllowMsgCounter = true, AllowDirect = true, Sources = [new StreamSource { Name = rig.Name }] }, rig.Cancel);
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        NatsJSCounter total = await rig.Context.GetCounterAsync(sum, rig.Cancel);
        await counter.AddAsync($"{rig.Name}.a", 12, cancellationToken: rig.Cancel);
        CounterEntry? entry = null;
        while (entry is null)
        {
            entry = await total.GetAsync($"{rig.Name}.a", rig.Cancel); // the source is copied soon
        }

        Assert.Equal((12, 12), (entry.Value, entry.Sources[rig.Name][$"{rig.Name}.a"]));
    }

    [Fact]
    public async Task Subject_of_another_stream_gets_nothing()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsJSCounter counter = await rig.Context.GetCounterAsync(rig.Name, rig.Cancel);
        await rig.Context.CreateStreamAsync(new StreamConfig($"{rig.Name}B", [$"B{rig.Name}.>"]) { Storage = StreamConfigStorage.Memory, AllowMsgCounter = true }, rig.Cancel);
        await Assert.ThrowsAsync<ArgumentException>(async () => await counter.AddAsync($"B{rig.Name}.a", 1, cancellationToken: rig.Cancel));
        Assert.Equal(0UL, (await rig.Context.GetStreamAsync($"{rig.Name}B", cancellationToken: rig.Cancel)).Info.State.LastSeq);
        await Assert.ThrowsAsync<ArgumentException>(async () => await counter.AddAsync($"{rig.Name}", 1, cancellationToken: rig.Cancel));
        await rig.Context.UpdateStreamAsync(rig.Config() with { Subjects = [$"{rig.Name}.>", $"D{rig.Name}.*"], AllowMsgCounter = true, AllowDirect = true }, rig.Cancel);
        Assert.Equal(1, await counter.AddAsync($"D{rig.Name}.a", 1, cancellationToken: rig.Cancel)); // the stream has it now
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Stream_or_server_without_counters_is_refused_before_an_addition()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        Assert.Equal("allow_msg_counter", (await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await rig.Context.GetCounterAsync(rig.Name, rig.Cancel))).Field);
        await using JetStreamRig old = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await old.CreateStreamAsync();
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await old.Context.GetCounterAsync(old.Name, old.Cancel));
        Assert.Equal((2, 0), (refused.RequiredLevel, refused.ServerLevel));
    }

    [Fact]
    public async Task Server_refuses_what_is_no_addition()
    {
        await using JetStreamRig rig = await StartAsync();
        Assert.Equal(10169, (await rig.Context.PublishAsync<byte[]>($"{rig.Name}.a", null, cancellationToken: rig.Cancel)).Error?.ErrCode);
        Assert.Equal(10170, (await rig.Context.PublishAsync($"{rig.Name}.a", "x", headers: new NatsHeaders { ["Nats-Incr"] = "1" }, cancellationToken: rig.Cancel)).Error?.ErrCode);
        Assert.Equal(10171, (await rig.Context.PublishAsync<byte[]>($"{rig.Name}.a", null, headers: new NatsHeaders { ["Nats-Incr"] = "1.5" }, cancellationToken: rig.Cancel)).Error?.ErrCode);
        Assert.Equal(10171, (await rig.Context.PublishAsync<byte[]>($"{rig.Name}.a", null, opts: new NatsJSPubOpts { ExpectedStream = rig.Name }, headers: new NatsHeaders { ["Nats-Incr"] = "1" }, cancellationToken: rig.Cancel)).Error?.ErrCode);
    }

    [Theory]
    [InlineData("""{"val":"3"}""", "3")]
    [InlineData("""{"x":1,"val": "-12345678901234567890123"}""", "-12345678901234567890123")]
    [InlineData("""{"val":7}""", "7")]
    [InlineData("""{"val":true}""", null)]
    [InlineData("""{"val":"x"}""", null)]
    [InlineData("""{"val":"\ud800"}""", null)]
    [InlineData("""{"value":"3"}""", null)]
    [InlineData("", null)]
    [InlineData("3", null)]
    public void Payload_of_a_counter_is_read(string payload, string? value)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(payload);
        if (value is null)
        {
            Assert.Throws<NatsJSException>(() => CounterReader.Value(bytes));
        }
        else
        {
            Assert.Equal(BigInteger.Parse(value, System.Globalization.CultureInfo.InvariantCulture), CounterReader.Value(bytes));
        }
    }

    [Theory]
    [InlineData("{\"A\":{\"a.b\":\"1\",\"a.c\":\"-2\"},\"B\":{}}", "A a.b=1 a.c=-2;B")]
    [InlineData(null, "")]
    [InlineData("{\"A\":3}", null)]
    [InlineData("{\"A\":{\"a\":\"x\"}}", null)]
    [InlineData("{", null)]
    public void Header_of_sources_is_read(string? text, string? expected)
    {
        if (expected is null)
        {
            Assert.Throws<NatsJSException>(() => CounterReader.Sources(text));
            return;
        }

        IEnumerable<string> streams = CounterReader.Sources(text).Select(stream => $"{stream.Key}{string.Concat(stream.Value.Select(subject => $" {subject.Key}={subject.Value}"))}");
        Assert.Equal(expected, string.Join(';', streams));
    }

    private async Task<JetStreamRig> StartAsync()
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowMsgCounter = true, AllowDirect = true });
        return rig;
    }
}
