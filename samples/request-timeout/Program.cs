// A request with a reply, one without responders, and one that times out.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);

// snippet: request-timeout
await using INatsSub<int> questions = await client.Connection.SubscribeCoreAsync<int>("double");
Task answering = AnswerFirstAsync(questions);

NatsMsg<int> reply = await client.RequestAsync<int, int>("double", 21);
Console.WriteLine($"reply: {reply.Data}");
await answering;

try
{
    await client.RequestAsync<int, int>("no.responders", 21);
}
catch (NatsNoRespondersException e)
{
    Console.WriteLine($"{e.Outcome}: {e.Message}");
}

try
{
    // There is a subscription, but no reply: the timeout covers connecting, sending and the reply.
    var soon = new NatsSubOpts { Timeout = TimeSpan.FromMilliseconds(300) };
    await client.RequestAsync<int, int>("double", 22, replyOpts: soon);
}
catch (NatsNoReplyException e)
{
    Console.WriteLine($"{e.Outcome}: {e.Message}");
}
// end snippet

static async Task AnswerFirstAsync(INatsSub<int> questions)
{
    NatsMsg<int> question = await questions.Msgs.ReadAsync();
    await question.ReplyAsync(question.Data * 2);
}
