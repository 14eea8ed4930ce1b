using Earshot.Authentication;
using Earshot.Fuzzing.Engine;

namespace Earshot.Fuzzing.Targets;

/// <summary>The texts of creds and nkey files. Their errors never quote them.</summary>
internal sealed class CredentialsTarget : IFuzzTarget
{
    private static readonly string s_seed = NKeyCodec.EncodeSeed(NKeyKind.User, [.. Enumerable.Repeat((byte)7, 32)]);

    public string Name => "credentials";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        $"-----BEGIN NATS USER JWT-----\ne30.e30.c2ln\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{s_seed}\n------END USER NKEY SEED------\n",
        $"{s_seed}\n");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of("-----BEGIN NATS USER JWT-----\n", "------END NATS USER JWT------\n", "-----BEGIN USER NKEY SEED-----\n", "------END USER NKEY SEED------\n", "\r\n", "---", "e30.e30.c2ln", "SU", s_seed, "\u00ef\u00bb\u00bf");

    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] text = input.ToArray();
        Read(() => CredsText.ReadCreds(text, "a file").Signer.Dispose());
        Read(() => CredsText.ReadSeed(text, "a file").Dispose());
        JwtExpiry.Of(System.Text.Encoding.Latin1.GetString(text));
    }

    private static void Read(Action read)
    {
        try
        {
            read();
        }
        catch (NatsCredentialsException e)
        {
            Finding.Unless(!e.ToString().Contains(s_seed, StringComparison.Ordinal), "The error quotes the text.");
        }
    }
}
