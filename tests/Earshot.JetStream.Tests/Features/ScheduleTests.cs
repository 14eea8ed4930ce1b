using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Features;

/// <summary>Scheduled messages, on real servers.</summary>
[BothServers]
public sealed class ScheduleTests(JetStreamServers servers)
{
    /// <summary>Cron expressions, and whether they are valid.</summary>
    public static TheoryData<string, bool> Expressions => new()
    {
        { "0 0 12 * * *", true }, { "0 0 12 * * MON-FRI", true }, { "0 12 * * *", false }, { "*/5 * * * * *", true }, { "0 0 12 ? * 1", true }, { "0 0 0 L * *", false },
        { "60 0 0 * * *", false }, { "0 0 0 1 JAN *", true }, { "0 0 12 * * 7", false }, { "0 1-5/2,10 12 * * SUN", true }, { "0 0 0 30 2 *", false }, { "0 0 0 29 FEB *", true },
        { "0 0 0 31 4,6 *", false }, { "0 0 0 30 2 MON", true }, { "@hourly", true }, { "@daily", true }, { "@midnight", true }, { "@weekly", true }, { "@monthly", true },
        { "@yearly", true }, { "@annually", true }, { "@reboot", false }, { "0 0 24 * * *", false }, { "0 0 0 0 * *", false }, { "0 0 0 * 13 *", false }, { "0 0 0 * * mon", true },
        { "  0 0 12 * * *", true }, { "TZ=UTC 0 0 12 * * *", false }, { "5-1 0 0 * * *", false }, { "*/0 0 0 * * *", false }, { "0 0 12 *  * *", true }, { "", false },
        { "0 0/15 * * * *", true }, { "0 0 0 1,15 * *", true }, { "0 0 0 , * *", false }, { "0 0 1-2-3 * * *", false }, { "0 0 */2/2 * * *", false }, { "-1 0 0 * * *", false },
        { "0 0 0 * * 0-6", true }, { "0 0 0 * MON *", false }, { "0 0 0 ? ? ?", true }, { "0 5/100 * * * *", true }, { "a 0 0 * * *", false },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Cron_expression_is_checked(string expression, bool isValid)
    {
        if (isValid)
        {
            Assert.Equal(expression, NatsMsgSchedule.Cron(expression).Expression);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => NatsMsgSchedule.Cron(expression));
        }
    }

    [Fact]
    public async Task Server_accepts_and_refuses_the_same_expressions()
    {
        await using JetStreamRig rig = await StartAsync();
        foreach ((string expression, bool isValid) in Expressions.Select(row => row.Data))
        {
            var headers = new NatsHeaders { ["Nats-Schedule"] = expression, ["Nats-Schedule-Target"] = $"{rig.Name}.target" };
            PubAckResponse ack = await rig.Context.PublishAsync($"{rig.Name}.s", "x", headers: headers, cancellationToken: rig.Cancel);
            Assert.True((ack.Error is null) == (isValid || expression.Length == 0), $"'{expression}': {ack.Error?.Description ?? "accepted"}"); // an empty one is no schedule
        }
    }

    [Fact]
    public async Task Message_is_published_once_at_its_time_with_its_headers()
    {
        await using JetStreamRig rig = await StartAsync();
        var headers = new NatsHeaders { ["mine"] = "1" };
        PubAckResponse ack = await rig.Context.PublishScheduledAsync(
            $"{rig.Name}.once", "hello", NatsMsgSchedule.At(DateTimeOffset.UtcNow.AddMilliseconds(200)), $"{rig.Name}.target", new NatsMsgScheduleOpts { Ttl = TimeSpan.FromMinutes(5) }, headers: headers, cancellationToken: rig.Cancel);
        ack.EnsureSuccess();
        Assert.Equal(["mine"], headers.Keys);
        INatsJSConsumer consumer = await rig.Context.CreateOrderedConsumerAsync(rig.Name, new NatsJSOrderedConsumerOpts { FilterSubjects = [$"{rig.Name}.target"] }, rig.Cancel);
        INatsJSMsg<string> message = (await consumer.NextAsync<string>(cancellationToken: rig.Cancel))!;
        Assert.Equal(("hello", "1", $"{rig.Name}.once", "purge", "300s"), (message.Data, Header(message, "mine"), Header(message, "Nats-Scheduler"), Header(message, "Nats-Schedule-Next"), Header(message, "Nats-TTL")));
        Assert.False(await rig.Context.CancelScheduledAsync($"{rig.Name}.once", rig.Cancel)); // the schedule is gone
    }

    [Fact]
    public async Task Repeating_schedule_is_replaced_and_cancelled()
    {
        await using JetStreamRig rig = await StartAsync();
        string subject = $"{rig.Name}.repeat";
        (await rig.Context.PublishScheduledAsync(subject, "old", NatsMsgSchedule.Every(TimeSpan.FromHours(1)), $"{rig.Name}.target", cancellationToken: rig.Cancel)).EnsureSuccess();
        (await rig.Context.PublishScheduledAsync(subject, "new", NatsMsgSchedule.Cron("0 0 12 * * *", "Europe/Berlin"), $"{rig.Name}.target", new NatsMsgScheduleOpts { Rollup = true, Source = $"{rig.Name}.source" }, cancellationToken: rig.Cancel)).EnsureSuccess();
        StoredMessage stored = Assert.Single(await StoredAsync(rig)); // the second has replaced the first
        string headers = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(stored.Hdrs!));
        Assert.All(
            ["Nats-Schedule: 0 0 12 * * *", "Nats-Schedule-Time-Zone: Europe/Berlin", $"Nats-Schedule-Target: {rig.Name}.target", $"Nats-Schedule-Source: {rig.Name}.source", "Nats-Schedule-Rollup: sub"],
            line => Assert.Contains(line, headers, StringComparison.Ordinal));
        Assert.True(await rig.Context.CancelScheduledAsync(subject, rig.Cancel));
        Assert.False(await rig.Context.CancelScheduledAsync(subject, rig.Cancel));
    }

    [Fact]
    public async Task Predefined_schedules_are_accepted()
    {
        await using JetStreamRig rig = await StartAsync();
        NatsMsgSchedule[] all = [NatsMsgSchedule.Hourly, NatsMsgSchedule.Daily, NatsMsgSchedule.Weekly, NatsMsgSchedule.Monthly, NatsMsgSchedule.Yearly, NatsMsgSchedule.Every(TimeSpan.FromMilliseconds(1500)), NatsMsgSchedule.At(new DateTimeOffset(2100, 1, 1, 2, 0, 0, 123, TimeSpan.FromHours(2)))];
        foreach (NatsMsgSchedule schedule in all)
        {
            (await rig.Context.PublishScheduledAsync($"{rig.Name}.s", "x", schedule, $"{rig.Name}.target", new NatsMsgScheduleOpts { Ttl = Timeout.InfiniteTimeSpan }, cancellationToken: rig.Cancel)).EnsureSuccess();
        }

        Assert.Equal(["@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@every 1500ms", "@at 2100-01-01T00:00:00.123Z"], all.Select(schedule => schedule.Expression));
    }

    [Fact]
    public async Task What_the_server_would_refuse_is_refused_before_a_byte()
    {
        await using JetStreamRig rig = await StartAsync();
        string subject = $"{rig.Name}.s";
        string target = $"{rig.Name}.target";
        Assert.Throws<ArgumentOutOfRangeException>(() => NatsMsgSchedule.Every(TimeSpan.FromMilliseconds(999)));
        Assert.Throws<ArgumentOutOfRangeException>(() => NatsMsgSchedule.Every(TimeSpan.FromTicks(10_000_001)));
        Assert.Throws<ArgumentException>(() => NatsMsgSchedule.Cron("@daily", "a b"));
        (string Target, NatsMsgScheduleOpts Opts, NatsHeaders? Headers)[] wrong =
        [
            (subject, new(), null), ("a.*", new(), null), ("a..b", new(), null), ("", new(), null), (target, new() { Source = target }, null), (target, new() { Source = subject }, null),
            (target, new() { Source = "a.>" }, null), (target, new() { Ttl = TimeSpan.FromMilliseconds(10) }, null), (target, new() { Ttl = TimeSpan.FromTicks(10_000_001) }, null),
            (target, new(), new NatsHeaders { ["nats-schedule-ttl"] = "5m" }),
        ];
        foreach ((string Target, NatsMsgScheduleOpts Opts, NatsHeaders? Headers) in wrong)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await rig.Context.PublishScheduledAsync(subject, "x", NatsMsgSchedule.Daily, Target, Opts, headers: Headers, cancellationToken: rig.Cancel));
        }

        Assert.Empty(await StoredAsync(rig));
        Assert.Equal(10190, (await rig.Context.PublishScheduledAsync(subject, "x", NatsMsgSchedule.Daily, "elsewhere", cancellationToken: rig.Cancel)).Error?.ErrCode); // only the server knows the subjects
        Assert.Equal(10223, (await rig.Context.PublishScheduledAsync(subject, "x", NatsMsgSchedule.Cron("@daily", "Mars/Olympus"), target, cancellationToken: rig.Cancel)).Error?.ErrCode);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Stream_or_server_without_schedules_is_refused_before_a_byte()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        Assert.Equal("allow_msg_schedules", (await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => PublishAsync(rig))).Field);
        await using JetStreamRig old = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await old.CreateStreamAsync();
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => PublishAsync(old));
        Assert.Equal((2, 0), (refused.RequiredLevel, refused.ServerLevel));
        Assert.Empty(await StoredAsync(old));
        await using JetStreamRig none = await JetStreamRig.ConnectAsync(await servers.Newest);
        await Assert.ThrowsAsync<NatsJSNoStreamException>(() => PublishAsync(none));
    }

    private static Task<PubAckResponse> PublishAsync(JetStreamRig rig) =>
        rig.Context.PublishScheduledAsync($"{rig.Name}.s", "x", NatsMsgSchedule.Daily, $"{rig.Name}.target", cancellationToken: rig.Cancel).AsTask();

    private static string? Header(INatsJSMsg<string> message, string name) => message.Headers!.TryGetLastValue(name, out string? value) ? value : null;

    private static async Task<List<StoredMessage>> StoredAsync(JetStreamRig rig)
    {
        INatsJSStream stream = await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel);
        var found = new List<StoredMessage>();
        for (ulong sequence = Math.Max(1, stream.Info.State.FirstSeq); sequence <= stream.Info.State.LastSeq; sequence++)
        {
            found.Add((await stream.GetAsync(new StreamMsgGetRequest { Seq = sequence }, rig.Cancel)).Message);
        }

        return found;
    }

    private async Task<JetStreamRig> StartAsync()
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowMsgSchedules = true, AllowMsgTTL = true, AllowDirect = true });
        return rig;
    }
}
