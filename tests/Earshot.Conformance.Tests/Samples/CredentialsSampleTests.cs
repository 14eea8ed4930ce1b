using System.Globalization;
using System.Text;
using Earshot.Authentication;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Samples;

/// <summary>The sample that logs in: what it prints, and what of a seed is left in the memory of a program that is logged in.</summary>
[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class CredentialsSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-sample-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Credentials_are_renewed_when_the_file_has_newer_ones_and_not_before()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", Config = issuer.Config }, Token);
        string file = Path.Combine(_folder, "user.creds");
        await File.WriteAllTextAsync(file, JwtIssuer.CredsOf(issuer.User(TimeProvider.System.GetUtcNow().AddSeconds(8))), Token);
        using var program = SampleProgram.Start("credentials", server.Url, ("NATS_CREDS", file));
        await program.PrintedAsync("logged in at n1", Token);
        await program.PrintedAsync("not moved: The credentials in", Token);
        await File.WriteAllTextAsync(file, JwtIssuer.CredsOf(issuer.User()), Token);
        await program.PrintedAsync("moving: the credentials expire at", Token);
        await program.PrintedAsync("moved after", Token);
    }

    [Fact]
    public async Task Nothing_of_a_seed_is_left_in_the_memory_of_a_program_that_is_logged_in()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", Config = issuer.Config }, Token);
        (string Jwt, string Seed) user = issuer.User();
        string file = Path.Combine(_folder, "user.creds");
        await File.WriteAllTextAsync(file, JwtIssuer.CredsOf(user), Token);
        using var program = SampleProgram.Start("credentials", server.Url, ("NATS_CREDS", file));
        await program.PrintedAsync("logged in at n1", Token);
        if (!OperatingSystem.IsLinux())
        {
            return; // elsewhere the memory of another process cannot be read without tools
        }

        byte[] key = new byte[NKeyCodec.KeySize];
        Assert.True(NKeyCodec.TryDecodeSeed(Encoding.ASCII.GetBytes(user.Seed), key, out _, out _));
        int[] found = Count(program.Id, Encoding.ASCII.GetBytes(user.Seed), Encoding.Unicode.GetBytes(user.Seed), key, Encoding.Unicode.GetBytes(file));
        Assert.True(found[3] > 0, "the scan does not even find the path of the file");
        Assert.Equal((0, 0, 0), (found[0], found[1], found[2]));
    }

    // The number of occurrences of each text in the writable memory of the process.
    private static int[] Count(int process, params byte[][] texts)
    {
        const int Overlap = 512;
        int[] found = new int[texts.Length];
        byte[] chunk = new byte[4 * 1024 * 1024];
        using FileStream memory = File.OpenRead($"/proc/{process}/mem");
        foreach (string line in File.ReadLines($"/proc/{process}/maps").Where(line => line.Split(' ')[1].StartsWith("rw", StringComparison.Ordinal)))
        {
            long[] range = [.. line.Split(' ')[0].Split('-').Select(end => long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            for (long at = range[0]; at < range[1]; at += chunk.Length - Overlap)
            {
                int length;
                try
                {
                    length = RandomAccess.Read(memory.SafeFileHandle, chunk.AsSpan(0, (int)Math.Min(chunk.Length, range[1] - at)), at);
                }
                catch (IOException)
                {
                    continue; // guard pages and the kernel's own
                }

                for (int i = 0; i < texts.Length; i++)
                {
                    found[i] += chunk.AsSpan(0, length).Count(texts[i]);
                }
            }
        }

        return found;
    }
}
