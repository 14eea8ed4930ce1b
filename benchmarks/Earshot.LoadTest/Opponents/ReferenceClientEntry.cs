using System.Globalization;
using System.Net.Sockets;

namespace Earshot.LoadTest.Opponents;

/// <summary>Where an opponent process starts. It ends with its connection, or when the load test does.</summary>
internal static class ReferenceClientEntry
{
    public static int Run(string[] arguments)
    {
        int[] numbers = arguments.Skip(1).Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Stream input = Console.OpenStandardInput();
        if (arguments[0] is not ("earshot-server" or "earshot-streams" or "feeder"))
        {
            ExitWithParent(input); // the others read the input themselves
        }

        try
        {
            switch (arguments[0])
            {
                case "sink":
                    Sink.Run(Wire.AcceptOne());
                    break;
                case "source":
                    Source.Run(Wire.AcceptOne(), numbers[0], numbers[1]);
                    break;
                case "responder":
                    new EchoLoop(Wire.AcceptOne(), EchoLoop.Side.Server).Run();
                    break;
                case "responders":
                    EchoFleet.Run();
                    break;
                case "spreader":
                    Spreader.Run(Wire.AcceptOne(), numbers[0]);
                    break;
                case "answerer":
                    Answer(numbers[0]);
                    break;
                case "crowd":
                    ConnectionFleet.Run();
                    break;
                case "doors":
                    ConnectionFleet.LetIn();
                    break;
                case "earshot-server":
                    Serve(input, new NatsTestServerOptions());
                    break;
                case "earshot-streams":
                    Serve(input, new NatsTestServerOptions { JetStream = true });
                    break;
                case "feeder":
                    Feeder.Run(numbers[0], numbers[1], input);
                    break;
                default:
                    Console.Error.WriteLine($"There is no opponent '{arguments[0]}'.");
                    return 2;
            }
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // The client has closed its connection, as it does at the end of every run.
        }

        return 0;
    }

    private static void Serve(Stream input, NatsTestServerOptions options)
    {
        Console.WriteLine(NatsTestServer.StartAsync(options).GetAwaiter().GetResult().Port);
        while (input.ReadByte() >= 0)
        {
        }
    }

    private static void Answer(int port)
    {
        Socket socket = Wire.Connect(port);
        Wire.SendAll(socket, [.. Wire.Line("SUB load.test 1"), .. Wire.Ping]);
        Wire.ReadPast(socket, Wire.Pong, new byte[1024]);
        Console.WriteLine(port);
        new EchoLoop(socket, EchoLoop.Side.Client).Run();
    }

    private static void ExitWithParent(Stream input) => new Thread(() =>
    {
        while (input.ReadByte() >= 0)
        {
        }

        Environment.Exit(0);
    })
    { IsBackground = true }.Start();
}
