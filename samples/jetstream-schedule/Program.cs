// Messages that the server publishes later, once or repeatedly.
using Earshot;
using Earshot.JetStream;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);
INatsJSContext js = client.CreateJetStreamContext();
await js.CreateOrUpdateStreamAsync(new StreamConfig("REMINDERS", ["reminders.>"]) { Storage = StreamConfigStorage.Memory, AllowMsgSchedules = true, AllowMsgTTL = true });
await js.PurgeStreamAsync("REMINDERS", new StreamPurgeRequest());

PubAckResponse once = await js.PublishScheduledAsync(
    "reminders.plan.42", "pay the bill", NatsMsgSchedule.At(DateTimeOffset.UtcNow.AddSeconds(1)), "reminders.due");
once.EnsureSuccess();
PubAckResponse repeated = await js.PublishScheduledAsync(
    "reminders.plan.backup", "back up", NatsMsgSchedule.Cron("0 30 2 * * MON-FRI", "Europe/Berlin"), "reminders.due", new NatsMsgScheduleOpts { Ttl = TimeSpan.FromHours(1) });
repeated.EnsureSuccess();

INatsJSConsumer due = await js.CreateOrderedConsumerAsync("REMINDERS", new NatsJSOrderedConsumerOpts { FilterSubjects = ["reminders.due"] });
INatsJSMsg<string>? reminder = await due.NextAsync<string>();
Console.WriteLine($"due: {reminder?.Data}");

Console.WriteLine($"cancelled: {await js.CancelScheduledAsync("reminders.plan.backup")}");
