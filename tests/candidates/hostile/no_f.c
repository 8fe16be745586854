// expect: rejected:compile f
int main(void) {
    return 0;
}
