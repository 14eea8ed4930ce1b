using System.Diagnostics;
using System.Globalization;
using Earshot.Fleet.Tests.Collecting;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>What runs in the process of a service.</summary>
public sealed class ServiceProcessTests
{
    internal const string Urls = "EARSHOT_TEST_SERVICE_URLS";
    internal const string Service = "EARSHOT_TEST_SERVICE_NAME";
    internal const string Number = "EARSHOT_TEST_SERVICE_NUMBER";
    internal const string Clock = "EARSHOT_TEST_SERVICE_CLOCK";
    internal const string Ready = "connected:";

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts the process.</summary>
    internal static Process Start(params (string Name, string Value)[] variables) => ChildRun.Start(typeof(ServiceProcessTests).GetMethod(nameof(Child_is_a_process_of_a_service))!, variables);

    [Fact(Explicit = true)]
    public async Task Child_is_a_process_of_a_service()
    {
        string service = Variable(Service);
        int number = int.Parse(Variable(Number), CultureInfo.InvariantCulture);
        string[] urls = Variable(Urls).Split(',');
        var time = new ShiftedTime(TimeSpan.FromMilliseconds(int.Parse(Variable(Clock), CultureInfo.InvariantCulture)));
        var connections = new List<NatsConnection>();
        await using var shipper = new NatsJournalShipper(new NatsJournalShippingOptions { Service = service, Instance = string.Create(CultureInfo.InvariantCulture, $"p{number:00}") });
        for (int i = 0; i < ServiceProcess.Connections; i++)
        {
            int first = (i + number) % urls.Length;
            var connection = new NatsConnection(new NatsOpts
            {
                Url = i == 0 ? urls[number % urls.Length] : string.Join(',', urls.Skip(first).Concat(urls.Take(first))),
                NoRandomize = true,
                IgnoreDiscoveredServers = true,
                Name = ServiceProcess.NameOf(service, number, i),
                AuthOpts = new NatsAuthOpts { Username = service, Password = FleetCluster.PasswordOf(service) },
                PingInterval = TimeSpan.FromSeconds(2),
                RetryOnInitialConnect = true,
                TimeProvider = time,
                LameDuckGracePeriod = TimeSpan.FromSeconds(1),
            });
            connections.Add(connection);
            shipper.Add(connection);
            await connection.ConnectAsync(Token);
        }

        Console.WriteLine($"{Ready}{number}");
        await new TaskCompletionSource().Task.WaitAsync(s_longest, Token);
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)!;
}
