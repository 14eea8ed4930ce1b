// A web application with the page of its own connections. In Development open the link that it writes to its log.
// snippet: dashboard
using Earshot;
using Earshot.Dashboard;
using Earshot.Hosting;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Configuration["ConnectionStrings:nats"] ??= Environment.GetEnvironmentVariable("NATS_URL");
builder.AddNats("nats", nats => nats.ConnectOnStart(NatsConnectOnStart.Background));
builder.Services.AddNatsSubscriber("orders.*", null, (NatsMsg<string> order, CancellationToken ct) => order.ReplyAsync("taken", cancellationToken: ct));

WebApplication app = builder.Build();
app.MapGet("/orders/{number:int}", async (int number, INatsClient nats, CancellationToken ct) =>
    (await nats.RequestAsync<string, string>($"orders.{number}", "tea", cancellationToken: ct)).Data);

// Elsewhere than in Development: MapNatsDashboard("/_nats").RequireAuthorization("ops").
app.MapNatsDashboard("/_nats");
await app.RunAsync();
// end snippet
