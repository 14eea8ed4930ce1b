using System.Text;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Network;

/// <summary>What a hostile or broken server may send.</summary>
internal static class HostileBytes
{
    private static readonly string[] s_greetings =
    [
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "INFO {bad\r\n",
        "INFO {}\r\n",
        "\r\n",
        "-ERR 'Authorization Violation'\r\n",
        "\0\0\0\0",
    ];

    private static readonly string[] s_lines =
    [
        "INFO {bad\r\n",
        "INFO {\"server_id\":7}\r\n",
        "INFO {\"server_id\":\"LIAR\",\"max_payload\":-1,\"connect_urls\":[\"http://evil:4222\",\"bad host:4222\",\"[::1\",\"127.0.0.1:99999\",\"\"]}\r\n",
        "INFO {\"server_id\":\"LIAR\",\"server_name\":\"liar\",\"version\":\"2.15.1\",\"headers\":true,\"proto\":1,\"connect_urls\":[\"127.0.0.1:9\",\"127.0.0.1:10\"]}\r\n",
        "PING\r\n",
        "PING\r\nPING\r\nPING\r\nPING\r\n",
        "+OK\r\n",
        "-ERR 'Stale Connection'\r\n",
        "-ERR 'Unknown Protocol Operation'\r\n",
        "-ERR 'Permissions Violation for Publish to \"none\"'\r\n",
        "-ERR 'Secret Words'\r\n",
        "MSG none 99999 5\r\nhello\r\n",
        "MSG none 1 -5\r\n",
        "MSG none 1 99999999999\r\n",
        "HMSG none 99999 12 12\r\nNATS/1.0\r\n\r\n\r\n",
        "HMSG none 1 7 9\r\nBOGUS\r\nhi\r\n",
        "FOO bar\r\n",
        "\r\n",
        "\0",
    ];

    public static byte[] OtherGreeting(Chance chance) => Encoding.UTF8.GetBytes(chance.Of<string>(s_greetings));

    /// <summary>A line, or noise.</summary>
    public static byte[] Line(Chance chance)
    {
        if (chance.Is(0.85))
        {
            return Encoding.UTF8.GetBytes(chance.Of<string>(s_lines));
        }

        byte[] noise = new byte[chance.Between(1, 64)];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (byte)chance.Below(256);
        }

        return noise;
    }
}
