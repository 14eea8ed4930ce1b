// A calculator as a service: endpoints in a group, errors that the requester understands, statistics, and a stop that answers everything.
using Earshot;
using Earshot.Services;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);

// snippet: service
await using INatsSvcServer service = await client.CreateServicesContext().AddServiceAsync(new NatsSvcConfig("calculator", "1.0.0")
{
    Description = "Adds and divides numbers",
});
NatsSvcServer.Group group = await service.AddGroupAsync("calc");
await group.AddEndpointAsync<int[]>(request => request.ReplyAsync(request.Data!.Sum()), "add");
// end snippet

// snippet: service-options
await group.AddEndpointAsync<int[]>(
    async request =>
    {
        int[] numbers = request.Data!;
        if (numbers[1] == 0)
        {
            throw new NatsSvcEndpointException(400, "division by zero");
        }

        await request.ReplyAsync(numbers[0] / numbers[1]);
    },
    new NatsSvcEndpointOpts { Name = "divide", MaxConcurrency = 8 });
// end snippet

// snippet: service-request
NatsMsg<int> sum = await client.RequestAsync<int[], int>("calc.add", [1, 2, 3]);
Console.WriteLine($"sum: {sum.EnsureServiceSuccess().Data}");

NatsMsg<int> quotient = await client.RequestAsync<int[], int>("calc.divide", [1, 0]);
NatsSvcStatus status = quotient.GetServiceStatus();
Console.WriteLine($"divide: {status.Code} {status.Message}");
// end snippet

// snippet: service-discovery
INatsSvcDiscovery discovery = client.Connection.CreateServiceDiscovery();
await foreach (StatsResponse stats in discovery.StatsAsync("calculator"))
{
    foreach (EndpointStats endpoint in stats.Endpoints)
    {
        Console.WriteLine($"{stats.Name} {stats.Version}: {endpoint.Subject} {endpoint.NumRequests} requests, {endpoint.NumErrors} errors {endpoint.LastError}");
    }
}
// end snippet

await service.StopAsync(); // answers the requests that have arrived
