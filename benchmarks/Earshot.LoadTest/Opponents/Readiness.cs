using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Earshot.LoadTest.Opponents;

/// <summary>
/// Which of very many sockets can be read, from epoll of Linux: a server on the runtime's own asynchronous sockets would need more of the
/// processors than the client that is measured.
/// </summary>
internal sealed class Readiness
{
    private const string Library = "libc";
    private const int Add = 1;
    private const int Readable = 1;
    private const int Interrupted = 4;
    private const int MostAtOnce = 256;

    // The structure is packed on x64 only.
    private static readonly int s_dataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_size = s_dataAt + sizeof(long);

    private readonly int _epoll = Checked(CreateEpoll(0));
    private readonly byte[] _ready = new byte[MostAtOnce * s_size];

    /// <summary>From now on <see cref="Wait"/> returns this number when the socket can be read, until it is closed.</summary>
    public void Watch(Socket socket, long number)
    {
        byte[] interest = new byte[s_size];
        BitConverter.TryWriteBytes(interest, Readable);
        BitConverter.TryWriteBytes(interest.AsSpan(s_dataAt), number);
        Checked(Control(_epoll, Add, (int)socket.SafeHandle.DangerousGetHandle(), interest));
    }

    /// <summary>Waits until some sockets can be read; the numbers of at most as many as fit.</summary>
    public int Wait(Span<long> numbers)
    {
        int count;
        while ((count = WaitFor(_epoll, _ready, Math.Min(numbers.Length, MostAtOnce), -1)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }

        for (int i = 0; i < Checked(count); i++)
        {
            numbers[i] = BitConverter.ToInt64(_ready, (i * s_size) + s_dataAt);
        }

        return count;
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [DllImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CreateEpoll(int flags);

    [DllImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int epoll, int operation, int descriptor, byte[] interest);

    [DllImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitFor(int epoll, byte[] ready, int most, int milliseconds);
}
