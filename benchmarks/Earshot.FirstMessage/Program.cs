// Published in several forms and timed by ./bench --only start: it writes one byte when its first message has come, or immediately without a URL.
using Earshot;

await using Stream output = Console.OpenStandardOutput();
if (args is [var url])
{
    await using var connection = new NatsConnection(new NatsOpts { Url = url });
    await using INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync<byte[]>("first");
    await connection.PublishAsync("first", "message"u8.ToArray());
    await subscription.Msgs.ReadAsync();
    output.WriteByte((byte)'1');
    output.Flush();
}
else
{
    output.WriteByte((byte)'0');
    output.Flush();
}
